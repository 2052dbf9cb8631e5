#include "orchestrator/provision/departures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "orchestrator/provision/news.hpp"
#include "orchestrator/provision/our_turn.hpp"
#include "orchestrator/provision/run_elsewhere.hpp"
#include "proto/base/backoff.hpp"
#include "proto/base/log.hpp"
#include "proto/base/names.hpp"
#include "proto/loop/attempt.hpp"

namespace muster::provision {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kAtOnce{0};

}  // namespace

loop::Task<std::vector<Departures::Outcome>> Departures::carry_out(std::vector<std::string> nodes,
                                                                   std::string by) {
  std::vector<Outcome> outcomes;
  outcomes.reserve(nodes.size());
  for (const auto& node : nodes) outcomes.push_back(order(node, by));
  co_return outcomes;
}

bool Departures::is_elsewhere(const std::string& identity) const {
  const auto record = parts_.collective.record(identity);
  return record && is_run_elsewhere(*record, as_, parts_.world.unix_ms(), parts_.workflow->lease);
}

// By another orchestrator, in its turn before ours, which may be through with it; or an operator had it forgotten: whoever has the
// name from then on is another machine.
bool Departures::has_changed_since(const std::string& identity,
                                   const std::optional<client::Record>& before) const {
  const auto now = parts_.collective.record(identity);
  if (!now) return before.has_value();
  return !before || now->run_id != before->run_id || now->state != before->state;
}

Status Departures::may_go(const std::string& identity) const {
  MUSTER_TRY(base::check_identity(identity));
  if (!parts_.workflow)
    return fail(
        Errc::aborted,
        "this orchestrator has no workflow for that: see 'decommission' in orchestrator.yaml");
  if (!parts_.collective.record(identity) && !parts_.collective.member(identity))
    return fail(Errc::aborted,
                fmt::format("nothing is known of {}: it has no record and is not online",
                            base::quoted(identity)));
  const auto masters = parts_.world.known_masters();
  if (std::find(masters.begin(), masters.end(), identity) != masters.end())
    return fail(Errc::aborted,
                fmt::format("{0} is a Puppet master: 'muster master retire {0}' moves its "
                            "nodes and withdraws its CA first",
                            identity));
  return {};
}

// Asked twice it is done once: here, or where it was begun.
Departures::Outcome Departures::order(const std::string& identity, const std::string& by) {
  MUSTER_TRY(may_go(identity));
  const auto record = parts_.collective.record(identity);
  const bool is_gone = record && record->state == client::kGone;
  if (is_gone && !parts_.collective.member(identity) && !parts_.provisioner.asks_to_join(identity))
    return std::string("it is gone already");
  if (under_way_.contains(identity)) return std::string("it is under way already");
  if (is_elsewhere(identity)) {
    if (record->state == client::kLeaving)
      return fmt::format("{} is at it already, in step {}", record->orchestrator, record->step);
    return fail(Errc::aborted, fmt::format("{} is provisioning it, and has to end that itself",
                                           record->orchestrator));
  }
  log::info("an operator wants a node decommissioned", {{"node", identity}, {"by", by}});
  const auto stopped = parts_.provisioner.stop(identity);
  if (record && record->state == client::kLeaving) set_asked_anew(*record);
  const auto turn =
      std::hash<std::string>()(as_ + "/" + identity) % static_cast<std::size_t>(kTurnsTake.count());
  const bool ours = record && record->orchestrator == as_;
  if (stopped) set_stopped(stopped->record);
  if (stopped)
    begin(identity, by, parts_.workflow->lease);
  else
    begin(identity, by, ours ? kAtOnce : milliseconds(turn));
  return std::string("'muster provision show' tells how far it is");
}

// What masters were asked for may still be done, a certificate be signed: the departure begins behind that, once a lease would be over. Nobody
// else has the node meanwhile.
void Departures::set_stopped(client::Record record) {
  record.state = client::kLeaving;
  record.reason = "its provisioning was stopped";
  record.orchestrator = as_;
  record.queued_at_ms = 0;
  record.updated_at_ms = parts_.world.unix_ms();
  record.retry_at_ms = record.updated_at_ms + milliseconds(parts_.workflow->lease).count();
  record.no_step_since_ms = record.updated_at_ms;
  record.told_late = false;
  for (auto& step : record.steps)
    if (step.state == "running") step.state = "cancelled";
  parts_.collective.publish(record);
}

// With all attempts before it, and a failure that is told anew.
void Departures::set_asked_anew(client::Record record) {
  record.attempts = 0;
  ++record.retries;
  record.retry_at_ms = parts_.world.unix_ms();  // else its next attempt would not be counted
  record.no_step_since_ms = parts_.world.unix_ms();
  record.steps_most = static_cast<std::uint32_t>(record.finished.size());
  record.told_late = false;
  record.orchestrator = as_;
  record.updated_at_ms = parts_.world.unix_ms();
  parts_.collective.publish(record);
}

void Departures::go_on(const std::string& identity) {
  const auto record = parts_.collective.record(identity);
  const bool ours = record && record->state == client::kLeaving && record->orchestrator == as_;
  if (!ours || !parts_.workflow || under_way_.contains(identity)) return;
  if (stays_half_way(*record)) return;  // until somebody asks again
  // Not before masters are through with what the provisioning that was stopped asked of them.
  const auto left_ms = record->retry_at_ms - parts_.world.unix_ms();
  begin(identity, as_, milliseconds(std::max<std::int64_t>(0, left_ms)));
}

void Departures::begin(const std::string& identity, const std::string& by, milliseconds turn) {
  under_way_.insert(identity);
  stories_.begin(leave(identity, by, turn));
}

RunInput Departures::input_of(const std::string& identity, const std::string& by) const {
  RunInput input;
  input.identity = identity;
  input.facts = parts_.collective.member(identity);
  if (!input.facts) input.facts = std::make_shared<const Value>(Value::object());
  input.before = parts_.collective.record(identity);
  const auto newest = parts_.collective.newest(identity);
  input.last_began_at_ms = newest ? newest->started_at_ms : 0;
  input.newest = [this, identity] { return parts_.collective.newest(identity); };
  input.by = by;
  input.tell_later = [this](client::Record record) {
    parts_.provisioner.tell_people(std::move(record));
  };
  return input;
}

// While nobody was at it, it may have been forgotten, taken over, or had back as a new machine: none of these is revoked or banned.
bool Departures::is_still(const client::Record& last) const {
  const auto now = parts_.collective.record(last.identity);
  const bool same = now && now->state == client::kLeaving && now->orchestrator == as_ &&
                    now->run_id == last.run_id;
  if (!same)
    log::warning("a departure ends half-way: its record is gone, or another one's by now",
                 {{"node", last.identity}, {"reached", last.step}});
  return same;
}

void Departures::waits(client::Record record, const std::string& why, milliseconds pause) {
  record.reason = why;
  record.updated_at_ms = parts_.world.unix_ms();
  record.retry_at_ms = pause == kAtOnce ? 0 : record.updated_at_ms + pause.count();
  record.told = false;
  parts_.collective.publish(record);
  // In this order: whoever dies in between leaves a record that says that nobody was told.
  if (pause == kAtOnce) parts_.provisioner.tell_people(told_as(News::outcome, std::move(record)));
}

loop::Task<Status> Departures::leave(std::string identity, std::string by, milliseconds turn) {
  bool goes_on = true;
  if (turn > kAtOnce) {
    const auto before = parts_.collective.record(identity);
    auto waiting = parts_.world.sleep(turn);
    const bool is_awake = co_await waiting;
    goes_on = is_awake && !is_elsewhere(identity) && !has_changed_since(identity, before);
  }
  Status done;
  if (goes_on) {
    auto leaving = until_gone(identity, std::move(by));
    done = co_await leaving;
  }
  under_way_.erase(identity);
  co_return done;
}

loop::Task<Status> Departures::until_gone(std::string identity, std::string by) {
  const auto& workflow = *parts_.workflow;
  base::Backoff backoff(workflow.retry_first, workflow.retry_most);
  for (;;) {
    NodeRun attempt(workflow, parts_.world, as_, input_of(identity, by),
                    [this](const client::Record& record) { parts_.collective.publish(record); });
    auto running = attempt.run();
    const auto ending = co_await running;
    if (ending.kind == Ending::Kind::finished) break;
    const bool again = ending.kind == Ending::Kind::again;
    const auto pause = again ? backoff.next(parts_.world.random().share()) : kAtOnce;
    waits(attempt.told(), ending.reason, pause);
    if (!again) co_return Status{};  // until somebody asks again
    auto sleeping = woken_.heard(identity, pause);
    if (co_await sleeping == loop::Woken::stopped) co_return Status{};
    if (!is_still(attempt.told())) co_return Status{};
  }
  parts_.provisioner.leave_alone(identity);
  co_return Status{};
}

}  // namespace muster::provision
