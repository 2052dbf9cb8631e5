// The lease on a node, and what the node remembers for whoever comes after us.
#include <fmt/format.h>

#include <algorithm>

#include "orchestrator/client/reply_fields.hpp"
#include "orchestrator/provision/node_run.hpp"
#include "orchestrator/provision/run_elsewhere.hpp"
#include "proto/loop/attempt.hpp"

namespace muster::provision {
namespace {

constexpr std::chrono::milliseconds kLeaseCallTimeout{5'000};

}  // namespace

// After its last attempt a node stays as it is, also when an orchestrator starts anew; but only the
// node knows whether it has been installed anew meanwhile, or told to begin again.
loop::Task<bool> NodeRun::waits_for_a_person() {
  if (node_.anew || !node_.before || node_.before->state != "failed") co_return false;
  auto asked = call_node("provision", "status", Value::object(), kLeaseCallTimeout);
  const auto status = co_await asked;
  if (!status || client::text_at(*status, "state") != "failed") co_return false;
  record_ = *node_.before;
  co_return true;
}

// Nothing is told before the lease is ours: until then another may have the node, and its story is
// the one to read.
loop::Task<Status> NodeRun::claim(const Step& step) {
  open_step(step);
  auto granted = co_await ask_for_lease();
  if (!granted) {
    auto asked = after_refused_claim(granted.error());
    granted = co_await asked;
  }
  if (!granted) {
    if (!is_finished_ && leased_until_ms_ == 0) end_step(step, "failed", granted.error().message);
    co_return fail(granted.error());
  }
  auto taken = adopt(std::move(*granted));
  MUSTER_CO_TRY(co_await taken);
  std::string last;
  for (const auto& each : workflow_.steps)
    if (record_.finished.contains(each.name)) last = each.name;
  end_step(step, "done", last.empty() ? "" : "goes on after " + last);
  co_return Status{};
}

loop::Task<Result<Value>> NodeRun::ask_for_lease() {
  Value wanted{{"workflow", workflow_.name}, {"lease_s", workflow_.lease.count()}};
  const auto asked_at_ms = world_.unix_ms();
  auto asked = call_node("provision", "claim", std::move(wanted), kLeaseCallTimeout);
  auto granted = co_await asked;
  if (granted) lease_is_held_at(asked_at_ms);
  co_return granted;
}

// It was given after it was asked for, and whoever has the node after us has it, and so a certificate, after its end: by then
// half of it has passed, which is room for clocks that differ.
void NodeRun::lease_is_held_at(std::int64_t asked_at_ms) {
  lease_held_at_ms_ = asked_at_ms;
  variables_["lease_middle_ms"] = lease_middle_ms();
}

std::int64_t NodeRun::lease_middle_ms() const {
  return lease_held_at_ms_ + std::chrono::milliseconds(workflow_.lease).count() / 2;
}

// Why the node refused decides: another orchestrator has it; or it was finished once, and is back
// in the join zone because its certificate is gone. Its token covers the name, so it may be made
// anew.
loop::Task<Result<Value>> NodeRun::after_refused_claim(Error refused) {
  auto asked = call_node("provision", "status", Value::object(), kLeaseCallTimeout);
  const auto status = co_await asked;
  if (!status) co_return fail(leave_to_who_runs_it(std::move(refused)));
  const auto owner = client::text_at(*status, "owner");
  const bool live = status->contains("lapsed") && status->at("lapsed") == false;
  if (!owner.empty() && live && owner != "cert=" + record_.orchestrator) {
    leased_until_ms_ = client::number_at(*status, "lease_expires_at_ms");
    co_return fail(Errc::refused, fmt::format("{} provisions it", owner));
  }
  const bool finished = client::text_at(*status, "state") == "finished";
  is_finished_ = finished && !node_.join;
  if (!finished || !node_.join) co_return fail(refused);
  auto anew = call_node("provision", "again", Value::object(), kLeaseCallTimeout);
  MUSTER_CO_ASSIGN(const Value again, co_await anew);
  co_return co_await ask_for_lease();
}

// We hear nothing from the node, and another orchestrator says that it has it: that one's word stands, for ours began later and
// would hide it.
Error NodeRun::leave_to_who_runs_it(Error unanswered) {
  const auto newest = node_.newest ? node_.newest() : std::nullopt;
  const auto now_ms = world_.unix_ms();
  if (!newest || !is_run_elsewhere(*newest, record_.orchestrator, now_ms, workflow_.lease))
    return unanswered;
  leased_until_ms_ = now_ms + std::chrono::milliseconds(workflow_.lease).count();
  return {Errc::refused, fmt::format("{} provisions it, and it does not answer us: {}",
                                     newest->orchestrator, unanswered.message)};
}

// By what the node does not know: an operator said "again", or it was installed anew. Then its fences may count anew, and in the
// run of before they would be stale. Each lease has a higher one than that before it, so an equal one counts anew as well.
bool NodeRun::has_begun_anew(const Value& granted, const Progress& told) const {
  if (!node_.before || told.run_id == record_.run_id) return false;
  const bool first = client::number_at(granted, "attempts") == 1;
  return (first && node_.before->state != "running") ||
         client::number_at(granted, "fence") <= node_.before->fence;
}

// Goes on where the node says the last orchestrator stopped.
loop::Task<Status> NodeRun::adopt(Value granted) {
  const auto at = granted.find("progress");
  const auto told =
      at == granted.end() ? Progress() : Progress::from_value(*at).value_or(Progress());
  if (has_begun_anew(granted, told)) {
    begin_record(true);
    open_step(workflow_.steps.front());
  }
  record_.fence = client::number_at(granted, "fence");
  record_.finished.clear();
  is_untold_ = true;
  bool goes_on = !node_.anew && told.workflow == workflow_.name && !told.finished.empty();
  if (goes_on) {
    auto asked = can_go_on_with(told.master);
    goes_on = co_await asked;
  }
  if (goes_on) take_over(told);
  begin_after_all_that_is_known();
  co_return Status{};
}

// The lease is ours now, so no other run that is known of by now is of a later one. By a clock that is behind, ours would seem
// older than one that was heard since it was begun, and nothing of it would be told.
void NodeRun::begin_after_all_that_is_known() {
  if (!node_.newest) return;
  const auto known = node_.newest();
  if (!known) return;
  const bool is_its_run = known->run_id == record_.run_id;
  record_.started_at_ms =
      is_its_run ? known->started_at_ms : std::max(record_.started_at_ms, known->started_at_ms + 1);
}

// The name of the master is the node's word. One that is gone or ill cannot be gone on with: begin again, which idempotent
// steps allow.
loop::Task<bool> NodeRun::can_go_on_with(std::string master) {
  if (master.empty()) co_return true;
  auto asked = world_.candidates();
  const auto candidates = co_await asked;
  const bool serves =
      std::any_of(candidates.begin(), candidates.end(), [&](const MasterCandidate& candidate) {
        return candidate.identity == master && candidate.healthy &&
               candidate.may_issue(node_.identity);
      });
  co_return serves&& use_master(master).has_value();
}

// A step that was put into the workflow since is not finished, whatever comes after it.
// And it is that run, also when nobody has told us of it: what people hear of it has its id.
void NodeRun::take_over(const Progress& told) {
  if (!told.run_id.empty()) record_.run_id = told.run_id;
  for (const auto& step : workflow_.steps)
    if (told.finished.contains(step.name)) record_.finished.insert(step.name);
  // What a finished step learnt is lost with the orchestrator that learnt it; if a later step needs
  // it, ask again.
  for (auto i = workflow_.steps.size(); i-- > 1;)
    if (feeds_later(i)) record_.finished.erase(workflow_.steps[i].name);
}

bool NodeRun::feeds_later(std::size_t step) const {
  const auto& saved = workflow_.steps[step].save;
  return std::any_of(workflow_.steps.begin() + static_cast<std::ptrdiff_t>(step) + 1,
                     workflow_.steps.end(), [&](const Step& later) {
                       if (!wanted(later) || record_.finished.contains(later.name)) return false;
                       const auto text = later.arguments.dump();
                       return std::any_of(saved.begin(), saved.end(), [&](const std::string& name) {
                         return text.find("{" + name + "}") != std::string::npos;
                       });
                     });
}

Progress NodeRun::progress() const {
  return {record_.workflow, record_.workflow_hash, record_.finished, record_.master,
          record_.run_id,   record_.fence,         world_.unix_ms()};
}

loop::Task<Status> NodeRun::renew_lease() {
  const auto asked_at_ms = world_.unix_ms();
  const auto age = asked_at_ms - lease_held_at_ms_;
  const auto due = std::chrono::milliseconds(workflow_.lease).count() / 3;
  if (age < due) co_return Status{};
  Value wanted{{"lease_s", workflow_.lease.count()}};
  auto asked = call_node("provision", "renew", std::move(wanted), kLeaseCallTimeout);
  const auto renewed = co_await asked;
  if (!renewed) co_return fail(renewed.error().within("cannot renew the lease"));
  lease_is_held_at(asked_at_ms);
  co_return Status{};
}

// What is finished travels with the next call under the fence. Should we die before it, that step
// is done once more, which idempotent steps allow.
loop::Task<Result<Value>> NodeRun::call_node(std::string_view agent, std::string_view action,
                                             Value arguments, std::chrono::milliseconds timeout) {
  const bool unfenced =
      action == "claim" || action == "status" || action == "again" || action == "job";
  const bool fenced = agent == "provision" && !unfenced;
  if (fenced) arguments["fence"] = record_.fence;
  const bool tells = fenced && is_untold_;
  if (tells) arguments["progress"] = progress().to_value();
  Question question{std::string(agent), std::string(action), std::move(arguments), timeout,
                    action == "release"};
  auto asked = world_.call(node_.identity, node_.join, std::move(question));
  auto reply = co_await asked;
  if (reply && tells) is_untold_ = false;
  co_return reply;
}

}  // namespace muster::provision
