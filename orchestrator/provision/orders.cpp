#include "orchestrator/provision/orders.hpp"

#include <fmt/format.h>

#include <utility>

#include "orchestrator/client/reply_fields.hpp"
#include "proto/base/log.hpp"
#include "proto/base/names.hpp"
#include "proto/loop/attempt.hpp"
#include "proto/loop/together.hpp"
#include "proto/progress/progress.hpp"

namespace muster::provision {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kAgainCallTimeout{8'000};
constexpr milliseconds kGiveBackTimeout{3'000};
constexpr milliseconds kCaTimeout{3'000};

Error unreachable(const std::string& identity) {
  return {Errc::aborted, fmt::format("{} is neither online nor does it wait to join; is the "
                                     "machine running?",
                                     identity)};
}

// What stays of a certificate that was given up.
std::string problems_in(const Value& told) {
  std::string all;
  const auto problems = told.find("problems");
  if (problems == told.end() || !problems->is_array()) return all;
  for (const auto& each : *problems)
    if (each.is_string()) all += (all.empty() ? "" : "; ") + each.get<std::string>();
  return all;
}

Value progress_of(const client::Record& record, std::int64_t now_ms) {
  return progress::Progress{record.workflow, record.workflow_hash, record.finished, record.master,
                            record.run_id,   record.fence,         now_ms}
      .to_value();
}

}  // namespace

// An order that was not carried out here may have been carried out elsewhere, by who knows the node.
loop::Task<std::vector<Orders::Outcome>> Orders::carry_out(Order order,
                                                           std::vector<std::string> nodes,
                                                           std::string by) {
  std::vector<loop::Task<Outcome>> stories;
  stories.reserve(nodes.size());
  for (auto& node : nodes) stories.push_back(carry_out_one(order, std::move(node), by));
  auto all = loop::together(std::move(stories));
  co_return co_await all;
}

loop::Task<Orders::Outcome> Orders::carry_out_one(Order order, std::string identity,
                                                  std::string by) {
  MUSTER_CO_TRY(base::check_identity(identity));
  loop::Task<Outcome> story;
  switch (order) {
    case Order::again:
      story = again(identity);
      break;
    case Order::new_certificate:
      story = new_certificate(identity);
      break;
    case Order::retry:
      story = retry(identity);
      break;
    case Order::cancel:
      story = cancel(identity, by);
      break;
    case Order::forget:
      story = forget(identity);
      break;
  }
  co_return co_await story;
}

loop::Task<Orders::Outcome> Orders::again(std::string identity) {
  MUSTER_CO_TRY(checks_.leaves_not(identity));
  const bool member = parts_.collective.member(identity) != nullptr;
  if (member) {
    Question question{"provision", "again", Value::object(), kAgainCallTimeout};
    auto asked = parts_.world.call(identity, std::nullopt, std::move(question));
    const auto told = co_await asked;
    if (!told) co_return fail(Errc::aborted, told.error().message);
  } else {
    MUSTER_CO_TRY(checks_.is_let_in(identity));
    MUSTER_CO_TRY(checks_.runs_not(identity));
    if (!parts_.provisioner.asks_to_join(identity)) co_return fail(unreachable(identity));
  }
  log::info("an operator wants a node provisioned again", {{"node", identity}});
  MUSTER_CO_TRY(checks_.leaves_not(identity));  // that may have begun meanwhile
  const bool was_held = end_hold(identity);
  // A member keeps the wish itself and its presence brings it, unless we have put it off.
  if (!member || was_held || parts_.provisioner.is_due(identity))
    parts_.provisioner.go_on(identity, /*anew=*/!member);
  co_return std::string();
}

// The node's own word decides whether it could come back; the rest is that of a machine that joins: whom its join key is known
// of is let in, and what its CA and others still hold valid is cleaned, or owed, before the new key is signed for.
loop::Task<Orders::Outcome> Orders::new_certificate(std::string identity) {
  const bool member = parts_.collective.member(identity) != nullptr;
  if (!member) {
    auto anew = again(std::move(identity));
    co_return co_await anew;
  }
  MUSTER_CO_TRY(checks_.runs_not(identity));
  MUSTER_CO_TRY(checks_.may_join_anew(identity));
  Question question{"provision", "again", {{"new_certificate", true}}, kAgainCallTimeout};
  auto asked = parts_.world.call(identity, std::nullopt, std::move(question));
  const auto told = co_await asked;
  if (!told) co_return fail(Errc::aborted, told.error().message);
  log::info("an operator wants a node to have a new certificate", {{"node", identity}});
  MUSTER_CO_TRY(checks_.leaves_not(identity));  // that may have begun meanwhile
  end_hold(identity);
  co_return problems_in(*told);
}

// By its record alone: what a node wants itself does not begin it while that says so.
bool Orders::end_hold(const std::string& identity) {
  const auto record = parts_.collective.record(identity);
  const bool cancelled = record && record->state == client::kCancelled;
  const bool half_way = record && record->state == client::kLeaving;
  const bool asks = record && record->state == "waiting" && !record->waits.empty();
  if (cancelled || asks) {
    auto anew = *record;
    anew.waits.clear();
    set_waiting(std::move(anew));
  }
  if (half_way) set_joining_anew(*record);
  return cancelled || half_way || asks;
}

Status Orders::may_be_moved(const std::string& identity, const MovedFrom& from) const {
  const auto record = parts_.collective.record(identity);
  if (!record || record->state != "finished" || !is_in_production(parts_.collective, identity))
    return fail(Errc::aborted, fmt::format("{} is not finished any more", identity));
  if (parts_.collective.is_banned(identity))
    return fail(Errc::aborted, fmt::format("{} is banned", identity));
  if (!from.is_its_ca(parts_.world.member_ca(identity)))
    return fail(Errc::aborted,
                fmt::format("{} has no certificate of {} any more", identity, from.master));
  MUSTER_TRY(checks_.runs_not(identity));
  return checks_.may_join_anew(identity);
}

loop::Task<Orders::Outcome> Orders::move_away(std::string identity, MovedFrom from) {
  MUSTER_CO_TRY(may_be_moved(identity, from));
  const auto was = *parts_.collective.record(identity);
  Question question{"provision",
                    "again",
                    {{"new_certificate", true}, {"issued_by", from.ca_pem}},
                    kAgainCallTimeout};
  auto asked = parts_.world.call(identity, std::nullopt, std::move(question));
  const auto told = co_await asked;
  if (!told) co_return fail(Errc::aborted, told.error().message);
  log::info("a node leaves a master that is retired",
            {{"node", identity}, {"master", from.master}, {"retired_by", from.retired_by}});
  // It may be back, and somebody at it, by now.
  const auto now = parts_.collective.record(identity);
  if (now && now->run_id == was.run_id && now->state == "finished") set_moving(was, from);
  co_return std::string();
}

// With the CA that it left, until another is chosen, so that everybody sees that it is on its way.
void Orders::set_moving(const client::Record& was, const MovedFrom& from) {
  client::Record record;
  record.identity = was.identity;
  record.key_fingerprint = was.key_fingerprint;
  record.address = was.address;
  record.master = was.master;
  record.ca_fingerprint = was.ca_fingerprint;
  record.started_at_ms = begins_at_ms(parts_.collective, was.identity, parts_.world.unix_ms());
  set_waiting(std::move(record), fmt::format("it moves to another master: {} retired {}",
                                             from.retired_by, from.master));
}

// The wish is the record, so that it outlives us and is heard by who has the node next.
void Orders::set_waiting(client::Record record, const std::string& why) {
  record.state = "waiting";
  record.reason = why;
  record.attempts = 0;
  ++record.retries;
  record.retry_at_ms = parts_.world.unix_ms();
  record.no_step_since_ms = parts_.world.unix_ms();
  record.steps_most = static_cast<std::uint32_t>(record.finished.size());
  record.told_late = false;
  record.master_queued_at_ms = 0;
  record.updated_at_ms = parts_.world.unix_ms();
  record.orchestrator = as_;
  parts_.collective.publish(record);
}

// Of a departure that stays half-way nothing goes on, neither its text nor what it has finished.
void Orders::set_joining_anew(const client::Record& left) {
  client::Record record;
  record.identity = left.identity;
  record.key_fingerprint = left.key_fingerprint;
  record.address = left.address;
  record.started_at_ms = begins_at_ms(parts_.collective, left.identity, parts_.world.unix_ms());
  set_waiting(std::move(record));
}

loop::Task<Orders::Outcome> Orders::retry(std::string identity) {
  MUSTER_CO_TRY(checks_.may_go_on(identity));
  const bool reachable = parts_.collective.member(identity) != nullptr ||
                         parts_.provisioner.asks_to_join(identity).has_value();
  if (!reachable) co_return fail(unreachable(identity));
  log::info("an operator wants a node to go on", {{"node", identity}});
  set_waiting(*parts_.collective.record(identity));
  parts_.provisioner.go_on(identity, /*anew=*/false);
  co_return std::string();
}

loop::Task<Orders::Outcome> Orders::cancel(std::string identity, std::string by) {
  if (const auto known = parts_.collective.record(identity);
      known && known->state == client::kCancelled && !parts_.provisioner.runs(identity))
    co_return std::string("it was cancelled before");
  MUSTER_CO_TRY(checks_.may_cancel(identity));
  const auto run = parts_.provisioner.stop(identity);
  auto record = run ? run->record : parts_.collective.record(identity).value_or(client::Record{});
  record.identity = identity;
  if (record.started_at_ms == 0)
    record.started_at_ms = begins_at_ms(parts_.collective, identity, parts_.world.unix_ms());
  record.state = client::kCancelled;
  record.reason =
      fmt::format("cancelled by {}{}", by, record.step.empty() ? "" : " in step " + record.step);
  record.orchestrator = as_;
  record.retry_at_ms = 0;
  record.queued_at_ms = 0;
  record.master_queued_at_ms = 0;
  record.updated_at_ms = parts_.world.unix_ms();
  for (auto& step : record.steps)
    if (step.state == "running") step.state = "cancelled";
  log::info("an operator cancelled a node's provisioning", {{"node", identity}, {"by", by}});
  parts_.collective.publish(record);
  if (!run) co_return std::string();
  if (run->masters_are_at_it)
    co_return std::string("masters may be at a call still, so its lease ends by itself");
  releasing_.begin(release(record));
  co_return std::string("a Puppet run that it has begun ends by itself");
}

// As failed, which no orchestrator takes up by itself.
loop::Task<Status> Orders::release(client::Record ended) {
  const bool member = parts_.collective.member(ended.identity) != nullptr;
  const auto join = parts_.provisioner.asks_to_join(ended.identity);
  if (ended.fence == 0 || (!member && !join)) co_return Status{};
  Value arguments{{"fence", ended.fence},
                  {"state", "failed"},
                  {"error", ended.reason},
                  {"progress", progress_of(ended, parts_.world.unix_ms())}};
  Question question{"provision", "release", std::move(arguments), kGiveBackTimeout,
                    /*in_leaving=*/true};
  auto asked = parts_.world.call(ended.identity, member ? std::nullopt : join, std::move(question));
  const auto released = co_await asked;
  if (!released)
    log::warning("cannot give the lease back; it lapses by itself",
                 {{"node", ended.identity}, {"why", released.error().message}});
  co_return Status{};
}

// What the CA that it was provisioned with says of it. Nothing of it ends with a record.
loop::Task<std::string> Orders::certificate_left(client::Record record) {
  if (record.master.empty()) co_return std::string();
  Question question{"puppetca", "status", {{"certname", record.identity}}, kCaTimeout};
  auto asked = parts_.world.call(record.master, std::nullopt, std::move(question));
  const auto told = co_await asked;
  if (!told)
    co_return fmt::format("whether {} has a certificate of it is not known: {}", record.master,
                          told.error().message);
  const auto state = client::text_at(*told, "state");
  if (state == "signed")
    co_return fmt::format(
        "its certificate of {} stays valid: 'puppetserver ca clean --certname {}' "
        "there revokes it",
        record.master, record.identity);
  if (state == "revoked" && parts_.collective.member(record.identity))
    co_return fmt::format("its certificate of {} is revoked, yet it is a member still",
                          record.master);
  co_return std::string();
}

loop::Task<Orders::Outcome> Orders::forget(std::string identity) {
  const auto record = parts_.collective.record(identity);
  if (!record)
    co_return fail(Errc::aborted, fmt::format("there is no record of {}", base::quoted(identity)));
  MUSTER_CO_TRY(checks_.runs_not(identity));
  auto asked = certificate_left(*record);
  std::string left = co_await asked;
  const auto also = [&left](const std::string& what) { left += (left.empty() ? "" : "; ") + what; };
  if (parts_.collective.member(identity))
    also("it is online, and is listened to: 'muster node ban " + identity + "' ends that");
  else if (parts_.provisioner.asks_to_join(identity))
    also("it asks to join still, and is provisioned anew when it asks next");
  MUSTER_CO_TRY(checks_.runs_not(identity));  // it may have begun meanwhile
  parts_.provisioner.leave_alone(identity);
  auto forgetting = parts_.collective.forget(identity);
  MUSTER_CO_TRY(co_await forgetting);
  co_return left;
}

}  // namespace muster::provision
