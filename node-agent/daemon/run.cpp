// The agent's main loop: member of its collectives when it holds a certificate that the broker
// trusts, else in the join zone until it does.
#include <fmt/format.h>

#include <random>
#include <utility>

#include "node-agent/daemon/identity.hpp"
#include "node-agent/daemon/member_session.hpp"
#include "node-agent/daemon/node_agent.hpp"
#include "node-agent/presence/presence.hpp"
#include "plugins/facts/classes.hpp"
#include "proto/base/guard.hpp"
#include "proto/base/log.hpp"
#include "proto/base/memory.hpp"

namespace muster::agent {
namespace {

// The broker learns of a new Puppet CA moments after the orchestrator endorsed it.
constexpr int kRefusalsWhenTrustedSoon = 60;  // a master's must also bring its revocation list
constexpr std::chrono::milliseconds kTrustedSoonPause{100};
constexpr std::chrono::seconds kQuietAfter{3};  // start-up is over: what it needed may go
constexpr std::chrono::seconds kRefreshEvery{
    60};  // looks whether presence should say something new
constexpr std::chrono::seconds kTakenOverPause{60};
// A reload need not hurry: what runs may end first, while new requests hear "busy".
constexpr std::chrono::seconds kReloadPatience{300};
constexpr std::chrono::milliseconds kReloadLook{200};
// So long without the broker, and our certificate is looked at anew: it may have to be asked for.
constexpr std::chrono::seconds kLostForLong{120};

// From 0 up to, but not including, 1.
double random_share() {
  std::random_device device;
  return std::generate_canonical<double, 32>(device);
}

}  // namespace

Result<NodeAgent::End> NodeAgent::run(const std::function<void(const std::string&)>& on_status,
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
    if (signal->kind == Signal::Kind::facts_gathered) settle_runs();
  }
}

NodeAgent::Next NodeAgent::after_refusal(const Error& why) {
  const bool refused = why.code == Errc::refused;
  deliver_revocations(true);  // the broker refuses a master, too, whose CA's list it does not have
  if (refused) ++refusals_;
  if (refused && trusted_soon_ && refusals_ < kRefusalsWhenTrustedSoon) {
    log::info("the broker does not take our new certificate yet; tried again",
              {{"why", why.message}});
    return pause(kTrustedSoonPause).value_or(Next::member);
  }
  // A new master's CA is nobody's yet: that is what it joins for.
  if (refused && refusals_ == 1 && bus_.token && !has_joined(config_))
    log::info("the broker does not know our certificate yet; joining", {{"why", why.message}});
  else
    log::warning("cannot enter the collective", {{"why", why.message}});
  if (refused && bus_.token) {
    trusted_soon_ = false;
    return Next::join;
  }
  // Whether to come as a member or to join is what run() asks at the start; after a pause, or the
  // join zone and we could send each other back and forth.
  const bool join = bus_.token && !node_signer(config_.puppet, identity_, system_clock_.unix_ms());
  return pause(backoff_.next()).value_or(join ? Next::join : Next::member);
}

void NodeAgent::arrive(MemberSession& session) {
  show(session);
  if (auto kept = remember_identity(config_, identity_); !kept)
    log::warning("cannot remember under what name this node has joined",
                 {{"why", kept.error().message}});
  status(fmt::format("on the bus as {}", identity_));
  tell("joined", {{"version", version()}, {"agents", table_->names()}});
  on_gathered(session);  // what ended while there was no link
}

NodeAgent::Next NodeAgent::serve_member() {
  auto session = MemberSession::open(config_, bus_, identity_, signals_, *dispatcher_,
                                     *revocations_, table_->names(), clock_);
  if (!session) return after_refusal(session.error());
  backoff_.reset();
  refusals_ = 0;
  trusted_soon_ = false;
  {
    const std::lock_guard lock(member_mutex_);
    member_ = session->get();
  }
  arrive(**session);
  RegistrationTimes registration(clock_, std::chrono::seconds(config_.registration_interval_s),
                                 std::chrono::seconds(config_.registration_splay_s),
                                 random_share());
  std::optional<Next> next;
  bool quiet = false;  // since we came
  while (!next) {
    if (std::exchange(register_now_, false)) registration.make_due();
    register_when_due(**session, registration);
    tell_runs();
    audit_.tell_ended();
    const std::chrono::milliseconds patience = quiet ? kRefreshEvery : kQuietAfter;
    const auto signal =
        signals_.pop_for(std::min(patience, registration.wait().value_or(patience)));
    if (signal) {
      next = on_member_signal(**session, *signal);
    } else if (signals_.closed()) {
      next = Next::stop;
    } else {
      show(**session);
      tell_if_renamed();
      next = judge_anew(**session);
      base::release_startup_code();
      quiet = true;
    }
  }
  if (*next == Next::stop || *next == Next::reload) next = wind_up(*next);
  const std::lock_guard lock(member_mutex_);
  member_ = nullptr;
  return *next;
}

// While the session stands, so that every caller hears what became of its request.
NodeAgent::Next NodeAgent::wind_up(Next next) {
  dispatcher_->stop();
  if (next == Next::reload) {
    status("reloading, once what runs has ended");
    const auto until = clock_.steady() + kReloadPatience;
    while (next == Next::reload && clock_.steady() < until &&
           !dispatcher_->wait_idle(std::chrono::milliseconds(0)))
      if (pause(kReloadLook) == Next::stop) next = Next::stop;
  }
  if (next == Next::stop) dispatcher_->wait_idle(kReplyPatience);
  dispatcher_->give_up();
  tell("left", {{"reason", next == Next::stop ? "stopped" : "reload"}});
  return next;
}

// A certificate that was renewed must sign what we say; one that the broker does not take any more
// must be asked for. Only while nothing runs: a reply travels over the session of its request.
std::optional<NodeAgent::Next> NodeAgent::judge_anew(MemberSession& session) {
  if (!dispatcher_->wait_idle(std::chrono::milliseconds(0))) return std::nullopt;
  const bool lost = lost_at_ && clock_.steady() - *lost_at_ > kLostForLong;
  if (!lost && !session.renewed(config_.puppet)) return std::nullopt;
  if (!lost) log::info("the node's certificate was renewed; connecting anew", {});
  lost_at_.reset();
  return Next::member;
}

// Once for each change.
void NodeAgent::tell_doubtful_classes() {
  auto doubtful = facts::doubtful_classes(config_.classes_files);
  if (doubtful == doubtful_classes_) return;
  doubtful_classes_ = std::move(doubtful);
  for (const auto& where : doubtful_classes_)
    log::warning(fmt::format(
        "classes are doubtful: {}: bytes that are not UTF-8 are shown as U+FFFD", where));
}

void NodeAgent::show(MemberSession& session) {
  tell_doubtful_classes();
  deliver_revocations(false);
  if (!renewal_) renewal_ = std::make_unique<CertificateRenewal>(config_.puppet, identity_, clock_);
  session.follow_agents(table_->names());
  session.show_presence(presence());
  restore(session);
}

void NodeAgent::restore(MemberSession& session) {
  if (const auto other = session.restore_presence()) tell_of_other(*other);
}

void NodeAgent::follow_root(MemberSession& session, const std::string& statement) {
  const auto changed = roots_->take(statement);
  if (!changed) {
    if (refused_roots_.pass())
      log::warning("a statement about a root is not believed", {{"why", changed.error().message}});
    return;
  }
  if (!*changed) return;
  if (auto followed = roots_->sync(operators_); !followed)
    return log::error("cannot obey the roots as they are now", {{"why", followed.error().message}});
  revocations_->roots_changed();
  log::info("the roots that this node obeys have changed",
            {{"operators", roots_->names(security::Root::operators)},
             {"orchestrators", roots_->names(security::Root::orchestrators)}});
  show(session);
}

// What was retained before we listened is mostly our own, of an earlier start of the agent. It is another machine's when
// that has just thrown us off the bus.
void NodeAgent::tell_of_other(const OtherPresence& other) {
  if (other.cleared || (other.same_key && other.retained && !taken_over_))
    return log::info("the broker did not show this node as it is; shown again",
                     {{"instead", other.cleared ? "nothing" : "an earlier start of the agent"}});
  taken_over_ = false;
  if (!others_.pass()) return;
  const auto own_address = address_towards(bus_.node_brokers.front());
  const auto* how =
      other.same_key
          ? "another machine has this node's private key and is on the bus with it; revoke the "
            "certificate and give this node a new key"
          : "another certificate is used on the bus under this node's name; find out who "
            "issued it";
  log::error(how, {{"identity", identity_},
                   {"address", own_address},
                   {"other_address", other.address},
                   {"signer", other.signer}});
  tell("taken-over", {{"address", own_address},
                      {"other_address", other.address},
                      {"signer", other.signer},
                      {"same_key", other.same_key}});
}

std::optional<NodeAgent::Next> NodeAgent::on_member_signal(MemberSession& session,
                                                           const Signal& signal) {
  switch (signal.kind) {
    case Signal::Kind::stop:
      return Next::stop;
    case Signal::Kind::reload:
      return reload_in_place(session);
    case Signal::Kind::facts_gathered:
      on_gathered(session);
      return std::nullopt;
    case Signal::Kind::enter_collective:
    case Signal::Kind::join_message:
      return std::nullopt;  // we are in it already
    case Signal::Kind::presence_changed:
      show(session);
      return std::nullopt;
    case Signal::Kind::connected:
      lost_at_.reset();
      status("connected: " + signal.text);
      deliver_revocations(true);
      session.show_presence_again();
      return std::nullopt;
    case Signal::Kind::own_presence:
      restore(session);
      return std::nullopt;
    case Signal::Kind::root_statement:
      follow_root(session, signal.text);
      return std::nullopt;
    case Signal::Kind::lost:
      lost_at_ = clock_.steady();
      status("connection lost: " + signal.text);
      return std::nullopt;
    case Signal::Kind::taken_over:
      taken_over_ = true;
      log::error(
          "another machine uses this node's private key on the bus; waiting instead of fighting "
          "for "
          "it",
          {{"identity", identity_},
           {"address", address_towards(bus_.node_brokers.front())},
           {"why", signal.text}});
      return pause(kTakenOverPause).value_or(Next::member);
  }
  return std::nullopt;
}

}  // namespace muster::agent
