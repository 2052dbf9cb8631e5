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
  const auto record = parts_.collective.record(identity);
  const bool cancelled = record && record->state == client::kCancelled;
  if (cancelled) set_waiting(*record);
  // A member keeps the wish itself and its presence brings it, unless we have put it off.
  if (!member || cancelled || parts_.provisioner.is_due(identity))
    parts_.provisioner.go_on(identity, /*anew=*/!member);
  co_return std::string();
}

// The wish is the record, so that it outlives us and is heard by who has the node next.
void Orders::set_waiting(client::Record record) {
  record.state = "waiting";
  record.reason.clear();
  record.attempts = 0;
  ++record.retries;
  record.retry_at_ms = parts_.world.unix_ms();
  record.updated_at_ms = parts_.world.unix_ms();
  record.orchestrator = as_;
  parts_.collective.publish(record);
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
