#include "node-agent/daemon/daemon_host.hpp"

#include <utility>

#include "node-agent/daemon/bus_options.hpp"
#include "node-agent/daemon/courier.hpp"
#include "node-agent/daemon/identity.hpp"
#include "node-agent/daemon/node_signer.hpp"
#include "proto/base/log.hpp"
#include "proto/base/memory.hpp"
#include "proto/security/client_id.hpp"
#include "proto/transport/mqtt/mqtt_bus.hpp"

namespace muster::agent {

DaemonHost::DaemonHost(Parts parts)
    : parts_(std::move(parts)),
      look_({parts_.config, parts_.identity, parts_.facts, parts_.agents, parts_.roots}),
      workers_(std::make_unique<loop::ThreadPool>(parts_.loop, "worker",
                                                  static_cast<std::size_t>(parts_.config.workers),
                                                  static_cast<std::size_t>(parts_.config.queue))),
      looker_(std::make_unique<loop::ThreadPool>(parts_.loop, "look", 1, kLooksMax)),
      link_(std::make_unique<Uplink>(
          parts_.loop, parts_.clock,
          [this](Door door, auto on_link) { return open_link(door, std::move(on_link)); },
          parts_.statistics, parts_.audit)) {}

DaemonHost::~DaemonHost() {
  courier_.reset();
  renewal_.reset();
  link_.reset();
  looker_.reset();
  workers_.reset();
}

void DaemonHost::serve(Node& node) {
  node_ = &node;
  link_->serve(node);
}

Result<OpenedLink> DaemonHost::open_link(Door door, transport::Bus::LinkHandler on_link) const {
  OpenedLink link;
  if (door == Door::join) {
    auto join = load_join_identity(parts_.config.state_folder);
    if (!join) return fail(join.error().within("no identity for the join zone"));
    link.client_id = join->client_id;
    MUSTER_ASSIGN(link.bus,
                  transport::mqtt::connect(join_options(parts_.bus, *join), std::move(on_link)));
    link.signer = std::make_shared<const security::Signer>(security::Signer::with_key(join->key));
    link.join = std::make_shared<const JoinIdentity>(std::move(*join));
    return link;
  }
  // TLS judges by the machine's own clock.
  MUSTER_ASSIGN(auto signer,
                node_signer(parts_.config.puppet, parts_.identity, parts_.machine_clock.unix_ms()));
  MUSTER_ASSIGN(link.client_id, security::client_id(signer.key(), "member " + parts_.identity));
  MUSTER_ASSIGN(link.bus, transport::mqtt::connect(member_options(parts_.config, parts_.bus,
                                                                  parts_.identity, link.client_id),
                                                   std::move(on_link)));
  link.signer = std::make_shared<const security::Signer>(std::move(signer));
  return link;
}

void DaemonHost::beside(loop::Executor::Work work) {
  if (auto given = looker_->run(std::move(work)); !given)
    log::error("looking at this machine takes too long", {{"why", given.error().message}});
}

void DaemonHost::look() {
  const bool joins = link_->door() == Door::join;
  const auto& broker =
      joins ? parts_.bus.token->join_brokers.front() : parts_.bus.node_brokers.front();
  const auto& signer = link_->signer();
  const auto certificate =
      signer && !signer->chain().empty() ? signer->chain().front().fingerprint() : "";
  beside([this, broker, certificate]() -> loop::Executor::Then {
    return [this, view = look_.view(broker, certificate)] { node_->on_view(view); };
  });
}

void DaemonHost::look_at_names(bool thoroughly) {
  beside([this, thoroughly]() -> loop::Executor::Then {
    return [this, names = look_.names(thoroughly)] { node_->on_names(names); };
  });
}

void DaemonHost::seal_announcement(AnnouncementContent content) {
  beside([this, content = std::move(content), join = link_->join()]() -> loop::Executor::Then {
    auto sealed = join ? sealed_announcement(content, parts_.config, *join, parts_.bus.token->key)
                       : Result<std::string>(fail(Errc::unavailable, "the join zone was left"));
    return [this, nonce = content.nonce, sealed = std::move(sealed)] {
      node_->on_announcement(nonce, sealed);
    };
  });
}

void DaemonHost::verify_lists() {
  link_->after_that([this]() -> loop::Executor::Then {
    const bool in_time = parts_.revocations.drain(kListsPatience);
    return [this, in_time] { node_->on_lists_verified(in_time); };
  });
}

Result<bool> DaemonHost::follow_root(const std::string& statement) {
  MUSTER_ASSIGN(const bool changed, parts_.roots.take(statement));
  if (!changed) return false;
  if (auto followed = parts_.roots.sync(parts_.operators); !followed) {
    log::error("cannot obey the roots as they are now", {{"why", followed.error().message}});
    return false;
  }
  parts_.revocations.roots_changed();
  log::info("the roots that this node obeys have changed",
            {{"operators", parts_.roots.names(security::Root::operators)},
             {"orchestrators", parts_.roots.names(security::Root::orchestrators)}});
  return true;
}

std::optional<OtherPresence> DaemonHost::read_other(const transport::Message& message) const {
  const auto& signer = link_->signer();
  return signer ? agent::read_other(message, signer->key(), parts_.session, parts_.operators)
                : std::nullopt;
}

void DaemonHost::correct_clock(std::int64_t offset_ms, std::int64_t told_ms) {
  parts_.clock.set_offset_ms(offset_ms);
  parts_.replay.clock_compared(told_ms);
}

void DaemonHost::remember_joined() {
  if (auto kept = remember_identity(parts_.config, parts_.identity); !kept)
    log::warning("cannot remember under what name this node has joined",
                 {{"why", kept.error().message}});
}

bool DaemonHost::has_joined() const {
  return agent::has_joined(parts_.config);
}

bool DaemonHost::has_certificate() const {
  return node_signer(parts_.config.puppet, parts_.identity, machine_ms()).has_value();
}

void DaemonHost::deliver_revocations(bool again) {
  if (courier_ && again) courier_->deliver_again();
  if (!courier_) courier_ = crl_courier(parts_.config, parts_.bus, parts_.identity, parts_.clock);
}

void DaemonHost::keep_certificate() {
  if (!renewal_)
    renewal_ =
        std::make_unique<CertificateRenewal>(parts_.config.puppet, parts_.identity, parts_.clock);
}

void DaemonHost::rest() {
  base::release_startup_code();
}

void DaemonHost::status(const std::string& text) {
  log::info(text);
  parts_.on_status(text);
}

}  // namespace muster::agent
