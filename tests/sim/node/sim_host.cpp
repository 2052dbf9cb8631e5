#include "tests/sim/node/sim_host.hpp"

#include <utility>

#include "node-agent/presence/own_presence.hpp"
#include "proto/messages/join.hpp"
#include "proto/security/join_token.hpp"
#include "proto/transport/topics.hpp"

namespace muster::sim {

namespace topics = transport::topics;
using agent::Door;
using agent::Feed;

namespace {

constexpr std::chrono::milliseconds kGathering{50};  // what facts take

}  // namespace

void SimHost::later(std::function<void()> then) {
  (void)loop().post([weak = std::weak_ptr(alive_), then = std::move(then)] {
    if (!weak.expired()) then();
  });
}

void SimHost::connect(Door door) {
  auto& disk = parts_.disk;
  if (door == Door::join) {
    if (!disk.join_key) {
      disk.join_key = parts_.around.crypto.make_key();
      disk.client_id = loop().id();
    }
    return open({*disk.join_key, {}}, disk.client_id,
                {.topic = topics::join_announce(disk.client_id), .payload = ""});
  }
  if (!disk.key || !disk.certificate)
    return later([this] { node_->on_refused({Errc::refused, "there is no certificate"}); });
  if (is_revoked())
    return later([this] { node_->on_refused({Errc::refused, "the certificate is revoked"}); });
  open({*disk.key, {*disk.certificate}}, "member-" + parts_.machine.name,
       {.topic = topics::presence(parts_.site.collective, parts_.machine.name), .payload = ""});
}

// As brokers know it, from the lists that masters show. A master's own certificate was asked for by nobody.
bool SimHost::is_revoked() const {
  if (parts_.machine.ca != nullptr) return false;
  const auto& certificate = *parts_.disk.certificate;
  for (const auto& [address, ca] : parts_.around.servers)
    if (ca->certificate().common_name() == certificate.issuer_common_name())
      return ca->signed_fingerprint(parts_.machine.name) != certificate.fingerprint();
  return false;
}

void SimHost::open(const Holder& holder, const std::string& client_id, Will will) {
  up_ = false;
  feeds_.clear();
  client_id_ = client_id;
  sealer_ = sealer_of(parts_.around.crypto, holder);
  link_ = std::make_unique<SimLink>(
      loop(), parts_.around.broker, parts_.around.weather, client_id, std::move(will),
      LinkEvents{
          .on_state = [this](transport::LinkState state) { on_state(state); },
          .on_message = [this](transport::Message message) { on_message(std::move(message)); }});
  link_->plug(parts_.cable);
  link_->connect();
}

void SimHost::on_state(transport::LinkState state) {
  switch (state) {
    case transport::LinkState::connected:
      if (std::exchange(up_, true)) return node_->on_link(state, "again");
      return node_->on_up(sealer_, client_id_);
    case transport::LinkState::lost:
      return node_->on_link(state, "the broker is away");
    case transport::LinkState::taken_over:
      return node_->on_link(state, "somebody else came with this id");
  }
}

void SimHost::on_message(transport::Message message) {
  for (const auto& [filter, feed] : feeds_) {
    if (!transport::topic_matches(filter, message.topic)) continue;
    if (feed != Feed::node && feed != Feed::agents && feed != Feed::join)
      return node_->on_message(feed, std::move(message));
    auto sender =
        feed == Feed::join ? std::string() : std::string(topics::last_level(message.topic));
    return node_->on_request(feed, {.payload = std::move(message.payload),
                                    .direct = false,
                                    .sender = std::move(sender),
                                    .received = loop().clock().steady(),
                                    .retained = message.retained});
  }
}

void SimHost::leave() {
  feeds_.clear();  // nothing is heard from it any more
  if (!link_) return later([this] { node_->on_left(); });
  link_->leave([this, weak = std::weak_ptr(alive_)] {
    if (weak.expired()) return;
    link_.reset();
    node_->on_left();
  });
}

Status SimHost::publish(std::string_view topic, std::string payload,
                        const transport::PublishOptions& options) {
  if (!link_) return fail(Errc::unavailable, "there is no link to the bus");
  if (parts_.disk.power == Power::gone) return {};
  return link_->publish(std::string(topic), payload, options);
}

void SimHost::subscribe(agent::Ticket ticket, Feed feed, std::vector<std::string> filters) {
  if (!link_) return;
  for (const auto& filter : filters) feeds_[filter] = feed;
  link_->subscribe(filters, [this, ticket, weak = std::weak_ptr(alive_)] {
    if (!weak.expired()) node_->on_subscribed(ticket, {});
  });
}

void SimHost::unsubscribe(std::vector<std::string> filters) {
  if (!link_) return;
  for (const auto& filter : filters) feeds_.erase(filter);
  link_->unsubscribe(filters);
}

void SimHost::look() {
  later([this] {
    agent::View view;
    view.facts = std::make_shared<const Value>(parts_.machine.facts);
    view.agent_facts = parts_.agents.presence_facts();
    view.agents = parts_.agents.names();
    view.address = parts_.machine.address;
    node_->on_view(view);
  });
}

void SimHost::look_at_names(bool) {
  later([this] { node_->on_names({}); });
}

void SimHost::seal_announcement(agent::AnnouncementContent content) {
  later([this, content = std::move(content)] {
    node_->on_announcement(content.nonce, sealed(content));
  });
}

// As agent::announcement() does it, with the simulation's keys.
std::string SimHost::sealed(const agent::AnnouncementContent& content) const {
  messages::JoinAnnounce out;
  out.client_id = parts_.disk.client_id;
  out.identity = content.identity;
  out.token = content.token;
  out.facts = content.facts;
  out.version = content.version;
  out.nonce = content.nonce;
  out.sent_at_ms = content.now_ms;
  out.address = content.address;
  out.agents = content.agents;
  const security::ProofContent proven{content.nonce, out.client_id, content.identity,
                                      parts_.disk.join_key->public_der()};
  out.token_proof =
      parts_.around.crypto
          .sign(parts_.site.token.key, security::proof_bytes(security::kTokenKeyPurpose, proven))
          .value();
  return sealer_->seal(envelope::Kind::join_announce, out.encode().value()).value();
}

std::uint64_t SimHost::gather() {
  const auto number = ++gathers_;
  loop().after(kGathering, [this, number, weak = std::weak_ptr(alive_)] {
    if (weak.expired()) return;
    gathered_ = number;
    node_->on_gathered();
  });
  return number;
}

void SimHost::verify_lists() {
  later([this] { node_->on_lists_verified(true); });
}

std::optional<agent::OtherPresence> SimHost::read_other(const transport::Message& message) const {
  if (!parts_.disk.key) return std::nullopt;
  return agent::read_other(message, *parts_.disk.key, parts_.session, parts_.trust);
}

void SimHost::status(const std::string& text) {
  parts_.around.trace.line(parts_.machine.name, "says: " + text);
}

}  // namespace muster::sim
