// The agent's main loop: member of its collectives when it holds a certificate that the broker
// trusts, else in the join zone until it does.
#include <fmt/format.h>

#include <random>

#include "node-agent/daemon/join_session.hpp"
#include "node-agent/daemon/member_session.hpp"
#include "node-agent/daemon/node_agent.hpp"
#include "node-agent/join/join_answer.hpp"
#include "node-agent/presence/presence.hpp"
#include "proto/base/encoding.hpp"
#include "proto/base/log.hpp"
#include "proto/base/memory.hpp"

namespace muster::agent {
namespace {

// The broker learns of a new Puppet CA moments after the orchestrator endorsed it.
constexpr int kRefusalsWhenTrustedSoon = 20;
constexpr std::chrono::milliseconds kTrustedSoonPause{100};
constexpr std::chrono::seconds kAnnounceAgain{
    300};                                       // with a new nonce, should an answer have been lost
constexpr std::chrono::seconds kQuietAfter{3};  // start-up is over: what it needed may go
constexpr std::chrono::seconds kRefreshEvery{
    60};  // looks whether presence should say something new
constexpr std::chrono::seconds kTakenOverPause{60};
constexpr std::chrono::milliseconds kReplyPatience{5'000};
constexpr std::int64_t kClockTrustedMs =
    2'000;  // a smaller difference is the network's, not the clock's

// From 0 up to, but not including, 1.
double random_share() {
  std::random_device device;
  return std::generate_canonical<double, 32>(device);
}

}  // namespace

Result<NodeAgent::End> NodeAgent::run(const std::function<void(const std::string&)>& on_status) {
  on_status_ = on_status;
  auto signer = node_signer(config_.puppet, identity_, system_clock_.unix_ms());
  if (!signer && !bus_.token)
    return fail(Error{
        Errc::config,
        fmt::format(
            "this node has neither a certificate nor a join token, so it cannot reach the bus. "
            "Certificate: {}. Token: none at {}",
            signer.error().message, config_.token_file.string())});
  auto next = signer ? Next::member : Next::join;
  for (;;) {
    if (next == Next::stop) return End::stopped;
    if (next == Next::reload) return End::reload;
    next = next == Next::member ? serve_member() : serve_join();
  }
}

std::optional<NodeAgent::Next> NodeAgent::pause(std::chrono::milliseconds patience) {
  const auto until = clock_.steady() + patience;
  for (;;) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(until - clock_.steady());
    if (left.count() <= 0) return std::nullopt;
    const auto signal = signals_.pop_for(left);
    if (!signal) return signals_.closed() ? std::optional(Next::stop) : std::nullopt;
    if (signal->kind == Signal::Kind::stop) return Next::stop;
    if (signal->kind == Signal::Kind::reload) return Next::reload;
  }
}

NodeAgent::Next NodeAgent::after_refusal(const Error& why) {
  const bool refused = why.code == Errc::refused;
  if (refused) ++refusals_;
  if (refused && trusted_soon_ && refusals_ < kRefusalsWhenTrustedSoon)
    return pause(kTrustedSoonPause).value_or(Next::member);
  log::warning("cannot enter the collective", {{"why", why.message}});
  if (refused && bus_.token) {
    trusted_soon_ = false;
    return Next::join;
  }
  return pause(backoff_.next()).value_or(Next::member);
}

NodeAgent::Next NodeAgent::serve_member() {
  auto session = MemberSession::open(config_, bus_, identity_, signals_, *dispatcher_,
                                     table_->names(), clock_);
  if (!session) return after_refusal(session.error());
  backoff_.reset();
  refusals_ = 0;
  trusted_soon_ = false;
  show(**session);
  {
    const std::lock_guard lock(member_mutex_);
    member_ = session->get();
  }
  status(fmt::format("on the bus as {}", identity_));
  tell("joined", {{"version", version()}, {"agents", table_->names()}});
  RegistrationTimes registration(clock_, std::chrono::seconds(config_.registration_interval_s),
                                 std::chrono::seconds(config_.registration_splay_s),
                                 random_share());
  std::optional<Next> next;
  bool quiet = false;  // since we came
  while (!next) {
    register_when_due(**session, registration);
    const std::chrono::milliseconds patience = quiet ? kRefreshEvery : kQuietAfter;
    const auto signal =
        signals_.pop_for(std::min(patience, registration.wait().value_or(patience)));
    if (signal) {
      next = on_member_signal(**session, *signal);
    } else if (signals_.closed()) {
      next = Next::stop;
    } else {
      show(**session);
      base::release_startup_code();
      quiet = true;
    }
  }
  if (*next == Next::stop || *next == Next::reload) {
    dispatcher_->wait_idle(kReplyPatience);
    tell("left", {{"reason", *next == Next::stop ? "stopped" : "reload"}});
  }
  const std::lock_guard lock(member_mutex_);
  member_ = nullptr;
  return *next;
}

void NodeAgent::show(MemberSession& session) {
  session.follow_agents(table_->names());
  session.show_presence(presence());
}

std::optional<NodeAgent::Next> NodeAgent::on_member_signal(MemberSession& session,
                                                           const Signal& signal) {
  switch (signal.kind) {
    case Signal::Kind::stop:
      return Next::stop;
    case Signal::Kind::reload:
      return Next::reload;
    case Signal::Kind::enter_collective:
    case Signal::Kind::join_message:
      return std::nullopt;  // we are in it already
    case Signal::Kind::presence_changed:
      show(session);
      return std::nullopt;
    case Signal::Kind::connected:
      status("connected: " + signal.text);
      session.show_presence_again();
      return std::nullopt;
    case Signal::Kind::lost:
      status("connection lost: " + signal.text);
      return std::nullopt;
    case Signal::Kind::taken_over:
      log::error(
          "another machine uses this node's identity on the bus; waiting instead of fighting for "
          "it",
          {{"identity", identity_},
           {"address", address_towards(bus_.node_brokers.front())},
           {"why", signal.text}});
      return pause(kTakenOverPause).value_or(Next::member);
  }
  return std::nullopt;
}

bool NodeAgent::announce(JoinSession& session, std::string& nonce) {
  nonce = base::random_id();
  AnnouncementContent content;
  content.identity = identity_;
  content.token = bus_.token_text;
  content.facts = *facts_.facts();
  content.version = version();
  content.address = address_towards(bus_.token->join_brokers.front());
  content.nonce = nonce;
  content.agents = table_->names();
  content.now_ms = clock_.unix_ms();
  auto announced = session.announce(content, config_.puppet);
  if (!announced) log::error("cannot announce this node", {{"why", announced.error().message}});
  return announced.has_value();
}

NodeAgent::Next NodeAgent::serve_join() {
  auto join = load_join_identity(config_.state_folder);
  if (!join) {
    log::error("no identity for the join zone", {{"why", join.error().message}});
    return pause(backoff_.next()).value_or(Next::join);
  }
  auto session = JoinSession::open(bus_, *join, signals_);
  if (!session) {
    log::warning("cannot enter the join zone", {{"why", session.error().message}});
    return pause(backoff_.next()).value_or(Next::join);
  }
  backoff_.reset();
  std::string nonce;
  announce(**session, nonce);
  status("in the join zone, waiting for an orchestrator");
  for (;;) {
    auto signal = signals_.pop_for(kAnnounceAgain);
    if (!signal && signals_.closed()) return Next::stop;
    if (!signal)
      announce(**session, nonce);
    else if (const auto next = on_join_signal(**session, std::move(*signal), nonce))
      return *next;
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
    case Signal::Kind::presence_changed:
      return std::nullopt;
  }
  return std::nullopt;
}

std::optional<NodeAgent::Next> NodeAgent::on_join_message(JoinSession& session, std::string message,
                                                          std::string& nonce) {
  const auto answer = read_join_answer(message, operators_, session.client_id(), nonce);
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
