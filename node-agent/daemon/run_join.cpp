// The agent's time in the join zone: it announces itself until an orchestrator answers, and takes the
// calls that make it a member.
#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>

#include "node-agent/daemon/identity.hpp"
#include "node-agent/daemon/join_session.hpp"
#include "node-agent/daemon/node_agent.hpp"
#include "node-agent/join/join_answer.hpp"
#include "node-agent/presence/presence.hpp"
#include "plugins/csr/csr_attributes.hpp"
#include "plugins/puppet/layout.hpp"
#include "proto/base/encoding.hpp"
#include "proto/base/host_name.hpp"
#include "proto/base/log.hpp"

namespace muster::agent {
namespace {

// With a new nonce, should an answer have been lost.
constexpr std::chrono::seconds kAnnounceAgain{300};
// How often the host's name is read until the node has joined.
constexpr std::chrono::seconds kNameAgain{5};
// A smaller difference is the network's, not the clock's.
constexpr std::int64_t kClockTrustedMs = 2'000;

}  // namespace

// A master has its certificate already.
Status NodeAgent::announce_wishes(AnnouncementContent& content) const {
  if (std::filesystem::exists(config_.puppet.cadir / "ca_crt.pem")) return {};
  MUSTER_TRY(x509::check_common_name(identity_));
  MUSTER_ASSIGN(auto asked, csr::read_csr_content(config_.puppet, identity_));
  for (auto& [oid, text] : asked.extensions) content.extensions[oid] = std::move(text);
  content.alternative_names = std::move(asked.alternative_names);
  return {};
}

bool NodeAgent::announce(JoinSession& session, std::string& nonce) {
  nonce = base::random_id();
  AnnouncementContent content;
  content.identity = identity_;
  content.token = bus_.token->token;
  content.facts = *facts_.facts();
  content.version = version();
  content.address = address_towards(bus_.token->join_brokers.front());
  content.nonce = nonce;
  content.agents = table_->names();
  content.now_ms = clock_.unix_ms();
  announced_facts_ = chosen_facts(content.facts);
  announced_agents_ = content.agents;
  auto announced = announce_wishes(content);
  if (announced) announced = session.announce(content, bus_.token->key, config_.puppet);
  if (!announced) {
    log::error("cannot announce this node", {{"why", announced.error().message}});
    status("cannot join: " + announced.error().message);
  }
  return announced.has_value();
}

bool NodeAgent::facts_changed() const {
  return chosen_facts(*facts_.facts()) != announced_facts_;
}

// Cloud images learn their name, and their domain, after the agent's start.
bool NodeAgent::is_renamed() const {
  const auto found = find_identity(config_);
  return found && *found != identity_;
}

// Puppet may come after us, and somebody may write its puppet.conf: what we took for granted without them may be wrong.
bool NodeAgent::puppet_changed() const {
  return plugins::puppet::layout_stamp(config_.puppet) != config_.puppet_stamp;
}

// Of a member: what it is called on the bus is what its certificate says.
void NodeAgent::tell_if_renamed() {
  if (base::host_name() == host_name_) return;
  host_name_ = base::host_name();
  if (is_renamed())
    log::warning("the host has another name than this node has joined with, which it keeps",
                 {{"identity", identity_}, {"host", host_name_}});
}

NodeAgent::Next NodeAgent::serve_join() {
  auto join = load_join_identity(config_.state_folder);
  if (!join) {
    log::error("no identity for the join zone", {{"why", join.error().message}});
    return pause(backoff_.next()).value_or(Next::join);
  }
  auto session = JoinSession::open(bus_, *join, signals_, *revocations_);
  if (!session) {
    log::warning("cannot enter the join zone", {{"why", session.error().message}});
    return pause(backoff_.next()).value_or(Next::join);
  }
  backoff_.reset();
  std::string nonce;
  if (announce(**session, nonce)) status("in the join zone, waiting for an orchestrator");
  auto announce_at = clock_.steady() + kAnnounceAgain;
  for (;;) {
    auto signal = signals_.pop_for(kNameAgain);
    if (!signal && signals_.closed()) return Next::stop;
    const bool again = !signal && clock_.steady() >= announce_at;
    if (!signal && (again || base::host_name() != host_name_) && is_renamed()) {
      status("the host has got another name; joining under that");
      return wind_up(Next::reload);
    }
    if (!signal && puppet_changed()) {
      status("Puppet, or its puppet.conf, is another; looking where it keeps things");
      return wind_up(Next::reload);
    }
    if (!signal && !again) continue;
    if (again) announce_at = clock_.steady() + kAnnounceAgain;
    if (!signal)
      announce(**session, nonce);
    else if (const auto next = on_join_signal(**session, std::move(*signal), nonce))
      return *next == Next::stop || *next == Next::reload ? wind_up(*next) : *next;
  }
}

std::optional<NodeAgent::Next> NodeAgent::on_join_signal(JoinSession& session, Signal signal,
                                                         std::string& nonce) {
  switch (signal.kind) {
    case Signal::Kind::stop:
      return Next::stop;
    case Signal::Kind::reload:
      return Next::reload;
    case Signal::Kind::enter_collective:
      // The reply to the call that brought us here travels over this session.
      dispatcher_->wait_idle(kReplyPatience);
      trusted_soon_ = true;
      refusals_ = 0;
      return Next::member;
    case Signal::Kind::join_message:
      return on_join_message(session, std::move(signal.text), nonce);
    case Signal::Kind::connected:
      announce(session, nonce);
      return std::nullopt;
    case Signal::Kind::lost:
    case Signal::Kind::taken_over:
      status("connection lost: " + signal.text);
      return std::nullopt;
    case Signal::Kind::facts_gathered:
      settle_runs();
      if (facts_changed()) announce(session, nonce);
      return std::nullopt;
    case Signal::Kind::presence_changed:
      if (table_->names() != announced_agents_) announce(session, nonce);
      return std::nullopt;
    case Signal::Kind::own_presence:
    case Signal::Kind::root_statement:
      return std::nullopt;
  }
  return std::nullopt;
}

std::optional<NodeAgent::Next> NodeAgent::on_join_message(JoinSession& session, std::string message,
                                                          std::string& nonce) {
  const auto answer = read_join_answer(message, operators_, session.client_id(), nonce);
  // An answer to an earlier announcement, or nobody's: the next one will do.
  if (!answer && is_join_answer(message)) {
    log::debug("a join answer is not for this announcement", {{"why", answer.error().message}});
    return std::nullopt;
  }
  if (!answer) {  // most are requests; the gate judges those
    session.take(std::move(message), *dispatcher_);
    return std::nullopt;
  }
  const auto difference = answer->sent_at_ms - system_clock_.unix_ms();
  if (std::abs(difference) > kClockTrustedMs) {
    clock_.set_offset_ms(difference);
    log::warning("this machine's clock is wrong; judging time by the orchestrator's",
                 {{"off_by_ms", std::to_string(-difference)}});
  } else {
    clock_.set_offset_ms(0);
  }
  replay_->clock_compared(answer->sent_at_ms);
  if (answer->waiting) {
    status(fmt::format("{} says: {}", answer->orchestrator, answer->reason));
    return std::nullopt;
  }
  if (!answer->accepted) {
    status(fmt::format("refused by {}: {}", answer->orchestrator, answer->reason));
    return std::nullopt;
  }
  status("accepted by " + answer->orchestrator);
  if (!answer->member) return std::nullopt;
  trusted_soon_ = true;
  refusals_ = 0;
  return Next::member;
}

}  // namespace muster::agent
