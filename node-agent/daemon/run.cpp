// The agent's life: the node's core on the main thread's loop, and what other threads have to tell it.
#include <fmt/format.h>

#include <utility>

#include "node-agent/daemon/identity.hpp"
#include "node-agent/daemon/node_agent.hpp"
#include "node-agent/daemon/node_signer.hpp"
#include "proto/base/guard.hpp"
#include "proto/base/log.hpp"
#include "proto/security/join_claims.hpp"

namespace muster::agent {

Identity NodeAgent::core_identity() const {
  Identity identity;
  identity.name = identity_;
  identity.version = version();
  identity.collectives = bus_.collectives;
  identity.started_at_ms = started_at_ms_;
  identity.session = session_id_;
  if (bus_.token) {
    identity.token = bus_.token->token;
    identity.join_collective = bus_.token->claims.collective;
  }
  identity.registration_interval = std::chrono::seconds(config_.registration_interval_s);
  identity.registration_splay = std::chrono::seconds(config_.registration_splay_s);
  return identity;
}

std::unique_ptr<DaemonHost> NodeAgent::make_host() {
  return std::make_unique<DaemonHost>(DaemonHost::Parts{.config = config_,
                                                        .identity = identity_,
                                                        .session = session_id_,
                                                        .bus = bus_,
                                                        .machine_clock = system_clock_,
                                                        .clock = clock_,
                                                        .loop = loop_,
                                                        .operators = operators_,
                                                        .roots = *roots_,
                                                        .revocations = *revocations_,
                                                        .replay = *replay_,
                                                        .facts = facts_,
                                                        .agents = *table_,
                                                        .jobs = *settled_jobs_,
                                                        .audit = audit_,
                                                        .statistics = statistics_,
                                                        .on_status =
                                                            [this](const std::string& status) {
                                                              if (on_status_) on_status_(status);
                                                            },
                                                        .reread = [this] { return reread(); },
                                                        .on_end =
                                                            [this](End end) {
                                                              end_ = end;
                                                              loop_.stop();
                                                            }});
}

Result<End> NodeAgent::run(const std::function<void(const std::string&)>& on_status,
                           std::function<Result<AgentConfig>()> reread) {
  on_status_ = on_status;
  reread_ = std::move(reread);
  // A key that others know is no reason to join anew under their eyes, but to mend what let them.
  if (auto own = base::check_guard(config_.puppet.private_key_of(identity_),
                                   config_.puppet.private_key_guard());
      !own && own.error().code == Errc::refused)
    return fail(own.error());
  auto signer = node_signer(config_.puppet, identity_, system_clock_.unix_ms());
  if (!signer && !bus_.token)
    return fail(Error{
        Errc::config,
        fmt::format(
            "this node has neither a certificate nor a join token, so it cannot reach the bus. "
            "Certificate: {}. Token: none at {}",
            signer.error().message, config_.token_file.string())});
  host_ = make_host();
  node_ = std::make_unique<Core>(*host_, core_identity(),
                                 Core::Parts{*gate_, statistics_, audit_, operators_});
  host_->serve(*node_);
  node_->start(signer ? Door::member : Door::join);
  loop_.run();
  return end_;
}

void NodeAgent::on_loop(std::function<void(Core&)> event) {
  const bool taken = loop_.post([this, event = std::move(event)] {
    if (node_) event(*node_);
  });
  if (!taken) log::error("the agent's loop has too much to do; an event was dropped");
}

void NodeAgent::stop() {
  on_loop([](Core& node) { node.on_stop(); });
}
void NodeAgent::reload() {
  on_loop([](Core& node) { node.on_reload(); });
}
void NodeAgent::enter_collective() {
  on_loop([](Core& node) { node.on_enter_collective(); });
}
void NodeAgent::leave_collective() {
  on_loop([](Core& node) { node.on_leave_collective(); });
}

// It would join under what the host is called by then: until it has a certificate, it goes by that (node_identity()).
Status NodeAgent::can_join() const {
  if (!bus_.token)
    return fail(Errc::aborted,
                fmt::format("{} has no join token, without which it could not come back: put one "
                            "into {} and 'systemctl reload muster-agent'",
                            identity_, config_.token_file.string()));
  if (auto good = security::usable_by(bus_.token->claims, identity_, clock_.unix_ms()); !good)
    return fail(Errc::aborted,
                fmt::format("{} could not come back: {}. Put a good one into {} and 'systemctl "
                            "reload muster-agent'",
                            identity_, good.error().message, config_.token_file.string()));
  const auto named = find_identity(config_);
  if (named && *named == identity_) return {};
  return fail(Errc::aborted, fmt::format("{} could not come back under its name: {}", identity_,
                                         named ? "the host is called " + *named + " by now"
                                               : named.error().message));
}

void NodeAgent::presence_changed() {
  on_loop([](Core& node) { node.on_changed(); });
}

// On the job watcher's thread. Whoever waits for a job need not ask again and again.
void NodeAgent::job_finished(const std::string& id) {
  const bool settles = spool_open_ && settled_jobs_->ended(id);
  on_loop([id, settles](Core& node) { node.on_job_ended(id, settles); });
}

}  // namespace muster::agent
