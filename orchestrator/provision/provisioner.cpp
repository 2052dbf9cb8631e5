#include "orchestrator/provision/provisioner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "orchestrator/client/reply_fields.hpp"
#include "orchestrator/provision/run_elsewhere.hpp"
#include "proto/base/log.hpp"
#include "proto/base/names.hpp"
#include "proto/loop/attempt.hpp"

namespace muster::provision {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kAgainCallTimeout{8'000};
constexpr milliseconds kAfterForeignLease{1'000};

}  // namespace

Provisioner::Provisioner(Parts parts, std::string as, std::size_t in_flight)
    : parts_(parts),
      as_(std::move(as)),
      in_flight_(in_flight),
      nodes_(parts.workflow.retry_first, parts.workflow.retry_most),
      next_(parts.waits.timers()) {}

KnownNode* Provisioner::make_known(const std::string& identity) {
  auto* node = nodes_.make(identity);
  if (node == nullptr)
    log::error("too many nodes wait to be provisioned; one is left out until others are finished",
               {{"limit", std::to_string(kNodesMax)}, {"node", identity}});
  return node;
}

void Provisioner::due_now(const std::string& identity) {
  nodes_.set_due(identity, now());
  look_soon();
}

void Provisioner::joined(const Joiner& joiner) {
  const auto* before = nodes_.find(joiner.identity);
  const bool known =
      before != nullptr && before->join && before->join->client_id == joiner.address.client_id;
  auto* node = make_known(joiner.identity);
  if (node == nullptr) return;
  node->facts = std::make_shared<const Value>(joiner.facts);
  nodes_.set_join(joiner.identity, joiner.address);
  node->joined_with = joiner.key_fingerprint;
  node->address = joiner.told_address;
  node->grant = joiner.grant;
  node->token = joiner.token;
  const auto due = nodes_.due(joiner.identity);
  const bool has_its_time = known && (!due || *due > now());
  if (node->running || has_its_time) return;
  due_now(joiner.identity);
}

// A run that is under way has its own copy of the address; the next attempt must not use a dead one.
void Provisioner::left(const std::string& client_id) {
  const auto identity = nodes_.joined_as(client_id);
  if (!identity.empty()) nodes_.set_join(identity, std::nullopt);
}

void Provisioner::member_changed(const std::string& identity) {
  const auto facts = parts_.collective.member(identity);
  if (!facts) return;
  const auto state = client::text_at(*facts, "provision");
  if (state != "waiting" && state != "claimed") return;
  if (const auto* known = nodes_.find(identity); known != nullptr && known->running) return;
  auto* node = make_known(identity);
  if (node == nullptr) return;
  nodes_.set_join(identity, std::nullopt);
  node->token.clear();
  node->facts = facts;
  const auto due = nodes_.due(identity);
  if (due && *due > now()) return;
  due_now(identity);
}

void Provisioner::masters_seen(std::set<std::string> states) {
  const bool more = !std::includes(masters_.begin(), masters_.end(), states.begin(), states.end());
  masters_ = std::move(states);
  if (!more) return;
  nodes_.go_on_with_held_up(true, now());
  look_soon();
}

void Provisioner::look_soon() {
  next_.set(milliseconds(0), [this] { start_due(); });
}

void Provisioner::start_due() {
  if (parts_.waits.stopping()) return;
  if (runs_.size() < in_flight_)
    for (const auto& identity : nodes_.in_turn(reachable_now(), in_flight_ - runs_.size()))
      start_run(identity);
  // Who is due and found no place is looked at when one is free.
  const auto next = nodes_.next_due();
  if (!next || runs_.size() >= in_flight_) return;
  next_.set(std::chrono::ceil<milliseconds>(std::max(*next - now(), TimePoint::duration(0))),
            [this] { start_due(); });
}

// Those whose time has come. Who is banned or away is not tried: it comes again when the ban is lifted, with its next
// announcement, or its presence.
std::vector<std::string> Provisioner::reachable_now() {
  auto due = nodes_.due_by(now());
  std::erase_if(due, [this](const std::string& identity) {
    const bool reachable = !parts_.collective.is_banned(identity) &&
                           (nodes_.find(identity)->join || parts_.collective.member(identity));
    if (!reachable) nodes_.set_due(identity, std::nullopt);
    return !reachable;
  });
  return due;
}

RunInput Provisioner::input_of(const std::string& identity, KnownNode& node) const {
  RunInput input{identity, node.join, node.facts, parts_.collective.record(identity),
                 std::exchange(node.anew, false)};
  if (const auto last = parts_.collective.newest(identity))
    input.last_began_at_ms = last->started_at_ms;
  if (input.anew) input.before.reset();
  input.newest = [this, identity] { return parts_.collective.newest(identity); };
  if (!node.join) return input;
  input.key_fingerprint = node.joined_with;
  input.address = node.address;
  input.grant = node.grant;
  return input;
}

void Provisioner::start_run(const std::string& identity) {
  nodes_.begin(identity);
  auto& run = runs_[identity];
  run.attempt = std::make_unique<NodeRun>(
      parts_.workflow, parts_.world, as_, input_of(identity, *nodes_.find(identity)),
      [this](const client::Record& record) { parts_.collective.publish(record); });
  run.story = run.attempt->run();
  run.story.start([this, identity] { run_ended(identity); });  // which may be at once
}

void Provisioner::run_ended(const std::string& identity) {
  const auto at = runs_.find(identity);
  const auto ending = at->second.story.take();
  auto record = at->second.attempt->told();
  runs_.erase(at);  // its place is free
  finished(identity, ending, std::move(record));
  look_soon();
  if (on_end_) on_end_();
}

void Provisioner::finished(const std::string& identity, const Ending& ending,
                           client::Record record) {
  nodes_.end(identity);
  if (!ending.held_up) nodes_.go_on_with_held_up(false, now());
  if (parts_.collective.member(identity)) nodes_.set_join(identity, std::nullopt);
  switch (ending.kind) {
    case Ending::Kind::finished:
      log::info("provisioned",
                {{"node", identity},
                 {"master", record.master},
                 {"took_ms", std::to_string(record.finished_at_ms - record.started_at_ms)}});
      return nodes_.erase(identity);
    case Ending::Kind::yielded: {
      const auto left = std::max<std::int64_t>(0, ending.leased_until_ms - parts_.world.unix_ms());
      log::debug("another orchestrator has the node", {{"node", identity}, {"why", ending.reason}});
      return nodes_.set_due(identity, now() + milliseconds(left) + kAfterForeignLease);
    }
    case Ending::Kind::nothing_to_do:
      return log::info("nothing to do", {{"node", identity}, {"why", ending.reason}});
    case Ending::Kind::failed:
      log::error("cannot be provisioned", {{"node", identity}, {"why", ending.reason}});
      tell_people(outcome_of(record));
      break;
    case Ending::Kind::again:
      will_try_again(identity, ending, record);
      break;
  }
  parts_.collective.publish(record);
}

void Provisioner::will_try_again(const std::string& identity, const Ending& ending,
                                 client::Record& record) {
  const auto pause = nodes_.find(identity)->backoff->next(parts_.world.random().share());
  record.retry_at_ms = parts_.world.unix_ms() + pause.count();
  if (ending.held_up)
    nodes_.hold_up(identity, now() + pause);
  else
    nodes_.set_due(identity, now() + pause);
  log::warning(
      ending.held_up ? "held up" : "will be tried again",
      {{"node", identity}, {"in_ms", std::to_string(pause.count())}, {"why", ending.reason}});
}

void Provisioner::tell_people(client::Record record) {
  const auto number = ++told_;
  const auto identity = record.identity;
  auto& task = telling_[number];
  task = parts_.world.notify(std::move(record));
  task.start([this, number, identity] {
    const auto told = telling_.at(number).take();
    if (!told)
      log::error("cannot write the notification",
                 {{"node", identity}, {"why", told.error().message}});
    telling_.erase(number);
    if (on_end_) on_end_();
  });
}

// What we say of a node that we do not run was left by a process of ours that died.
bool Provisioner::runs_elsewhere(const client::Record& record) const {
  if (record.state == "running" && runs_.contains(record.identity)) return true;
  return is_run_elsewhere(record, as_, parts_.world.unix_ms(), parts_.workflow.lease);
}

// Of a node that is no member, by its record.
Status Provisioner::check_waits(const std::string& identity) const {
  const auto record = parts_.collective.record(identity);
  if (record && record->state == "refused")
    return fail(Errc::aborted,
                fmt::format("{} is not let in: {}. Put a good token on it and restart its "
                            "muster-agent; provisioning then begins by itself",
                            identity, record->reason));
  if (record && runs_elsewhere(*record))
    return fail(Errc::aborted,
                fmt::format("{} is being provisioned just now, in step {}; see 'muster provision "
                            "show {}'",
                            identity, record->step, identity));
  return {};
}

loop::Task<Status> Provisioner::again(std::string identity) {
  MUSTER_CO_TRY(base::check_identity(identity));
  const bool member = parts_.collective.member(identity) != nullptr;
  if (member) {
    Question question{"provision", "again", Value::object(), kAgainCallTimeout};
    auto asked = parts_.world.call(identity, std::nullopt, std::move(question));
    const auto told = co_await asked;
    if (!told) co_return fail(Errc::aborted, told.error().message);
  } else {
    MUSTER_CO_TRY(check_waits(identity));
  }
  auto* node = nodes_.find(identity);
  if (!member && (node == nullptr || !node->join))
    co_return fail(Errc::aborted,
                   fmt::format("{} is neither online nor does it wait to join; is the "
                               "machine running?",
                               identity));
  // A member's presence brings it here.
  if (node == nullptr || node->running) co_return Status{};
  log::info("an operator wants a node provisioned again", {{"node", identity}});
  node->anew = !member;
  node->backoff->reset();
  due_now(identity);
  co_return Status{};
}

loop::Task<Status> Provisioner::forget(std::string identity) {
  const auto record = parts_.collective.record(identity);
  if (!record)
    co_return fail(Errc::aborted, fmt::format("there is no record of {}", base::quoted(identity)));
  if (runs_elsewhere(*record))
    co_return fail(Errc::aborted,
                   identity + " is being provisioned just now; wait until it has ended");
  auto forgotten = parts_.collective.forget(identity);
  co_return co_await forgotten;
}

}  // namespace muster::provision
