#include "orchestrator/provision/run/node_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "orchestrator/provision/run/failed_step.hpp"
#include "orchestrator/provision/run/group.hpp"
#include "orchestrator/provision/run/taking_over.hpp"
#include "orchestrator/provision/run/tries.hpp"
#include "orchestrator/provision/run/wanted.hpp"
#include "orchestrator/workflow/check_wait.hpp"
#include "proto/base/log.hpp"
#include "proto/loop/attempt.hpp"

namespace muster::provision {
namespace {

constexpr int kMasterChangesMax = 8;  // in one attempt

// A node that refuses us does so whichever master it has.
bool may_another_master_help(const workflow::Step& step, const Error& error, Fault fault) {
  if (step.on_failure != workflow::OnFailure::other_master || fault == Fault::of_nobody)
    return false;
  return error.code != Errc::refused || step.scope != workflow::Scope::node;
}

}  // namespace

NodeRun::NodeRun(const workflow::Workflow& workflow, World& world, std::string orchestrator,
                 RunInput node, RunRecord::Handler on_record)
    : run_(workflow, world, std::move(orchestrator), std::move(node), std::move(on_record)) {}

loop::Task<Ending> NodeRun::run() {
  const auto& first = run_.workflow.steps.front();
  auto waiting = waits_for_a_person();
  if (co_await waiting) co_return Ending{Ending::Kind::nothing_to_do, run_.record->reason};
  if (waits_for_approval()) co_return held_as_before();
  auto claiming = claim(first);
  const auto claimed = co_await claiming;
  if (!run_.other_workflow.empty()) {
    Ending ending{Ending::Kind::other_workflow, claimed.error().message};
    ending.workflow_hash = run_.other_workflow;
    co_return ending;
  }
  if (!claimed) {
    auto left = unclaimed(first, claimed.error());
    co_return co_await left;
  }
  auto walking = walk();
  co_return co_await walking;
}

// After its last attempt a node stays as it is, also when an orchestrator starts anew; but only the
// node knows whether it has been installed anew meanwhile, or told to begin again.
loop::Task<bool> NodeRun::waits_for_a_person() {
  const auto& before = run_.node.before;
  if (run_.node.anew || !before || before->state != "failed" || run_.workflow.leaves())
    co_return false;
  auto asked = run_.lease.node_has_failed();
  const bool failed = co_await asked;
  if (failed) run_.record.stay_as_before();
  co_return failed;
}

// Until it is given nothing goes on, so nothing is begun: what is left out by a failure, or asked again because a later step needs
// what it learnt, would be done at each look. Of steps side by side the others may have to go on.
bool NodeRun::waits_for_approval() {
  const auto& before = run_.node.before;
  if (run_.node.anew || !before) return false;
  const bool waits = before->state == "waiting" || before->state == client::kLeaving;
  const bool is_another =
      !run_.node.key_fingerprint.empty() && run_.node.key_fingerprint != before->key_fingerprint;
  if (!waits || is_another) return false;
  run_.record.hear_approvals();
  const auto& steps = run_.workflow.steps;
  return std::any_of(steps.begin(), steps.end(), [&](const workflow::Step& step) {
    if (!workflow::waits_for_approval(step) || step.is_beside_others()) return false;
    const auto* wait = run_.record.wait_of(step.name);
    return wait != nullptr && wait->by.empty() && run_.world.unix_ms() < wait->until_ms &&
           step.arguments.at("approval").get<std::string>() == wait->group;
  });
}

Ending NodeRun::held_as_before() {
  auto ours = std::move(run_.record->orchestrator);
  run_.record.stay_as_before();
  run_.record->orchestrator = std::move(ours);
  run_.record->updated_at_ms = run_.world.unix_ms();
  Ending held{Ending::Kind::again, run_.record->reason};
  held.held_up = true;
  return held;
}

// Nothing is told before the lease is ours: until then another may have the node, and its story is
// the one to read.
loop::Task<Status> NodeRun::claim(const workflow::Step& step) {
  run_.record.open_step(step.name);
  auto asked = run_.lease.claim();
  auto granted = co_await asked;
  if (!granted) {
    if (!run_.lease.refusal().is_anothers_story())
      run_.record.end_step("failed", granted.error().message);
    co_return fail(granted.error());
  }
  auto taking = take_over(run_, std::move(*granted));
  const auto taken = co_await taking;
  if (!taken) {
    if (run_.other_workflow.empty()) run_.record.end_step("failed", taken.error().message);
    co_return fail(taken.error());
  }
  std::string last;
  for (const auto& each : run_.workflow.steps)
    if (run_.record->finished.contains(each.name)) last = each.name;
  run_.record.close_step(run_.record.running().name, "done",
                         last.empty() ? "" : "goes on after " + last);
  co_return Status{};
}

loop::Task<Ending> NodeRun::unclaimed(const workflow::Step& step, Error error) {
  const auto& refusal = run_.lease.refusal();
  if (refusal.is_finished) co_return Ending{Ending::Kind::nothing_to_do, error.message};
  if (refusal.holder.until_ms > 0)
    co_return Ending{Ending::Kind::yielded, error.message, refusal.holder};
  auto left = give_up(step, std::move(error));
  co_return co_await left;
}

loop::Task<Ending> NodeRun::walk() {
  const auto& steps = run_.workflow.steps;
  int master_changes = 0;
  for (std::size_t i = 1; i < steps.size(); ++i) {
    const auto& step = steps[i];
    if (run_.record->finished.contains(step.name)) continue;
    if (const auto end = run_.workflow.end_of_group(i); end > i + 1) {
      auto doing = do_group(run_, i, end);
      const auto ended = co_await doing;
      i = leave_out_rest(ended.skipped, end - 1);
      if (!ended.failure) continue;
      auto judging = fault_of(*ended.failure->step, ended.failure->error);
      const auto fault = co_await judging;
      if (wants_other_master(*ended.failure->step, ended.failure->error, fault, master_changes)) {
        i = choose_another_master(*ended.failure->step, ended.failure->error, fault) - 1;
        continue;
      }
      auto left = give_up(*ended.failure->step, ended.failure->error);
      co_return co_await left;
    }
    if (const auto* forbids = what_forbids(run_, step)) {
      run_.record.open_step(step.name);
      run_.record.close_step(step.name, "skipped", "only when: " + forbids->text());
      continue;
    }
    auto trying = try_step(run_, step);
    const auto done = co_await trying;
    if (done) continue;
    auto judging = fault_of(step, done.error());
    const auto fault = co_await judging;
    if (wants_other_master(step, done.error(), fault, master_changes)) {
      i = choose_another_master(step, done.error(), fault) - 1;
      continue;
    }
    auto following = after_failure(run_, step, done.error());
    const auto goes_on = co_await following;
    if (goes_on) {
      i = leave_out_rest(&step, i);
      continue;
    }
    auto left = give_up(step, goes_on.error());
    co_return co_await left;
  }
  run_.record.finish();
  co_return Ending{Ending::Kind::finished, "", {}};
}

bool NodeRun::wants_other_master(const workflow::Step& step, const Error& error, Fault fault,
                                 int& changes) const {
  return may_another_master_help(step, error, fault) && !run_.lease.is_lost() &&
         changes++ < kMasterChangesMax;
}

// Of the block that is skipped as a whole when the step has failed. What is finished of it stays so.
std::size_t NodeRun::leave_out_rest(const workflow::Step* failed, std::size_t at) {
  const auto& steps = run_.workflow.steps;
  if (failed == nullptr || failed->skipped_with_it.empty()) return at;
  const auto block = failed->skipped_with_it + "/";
  for (; at + 1 < steps.size() && steps[at + 1].name.starts_with(block); ++at) {
    if (run_.record->finished.contains(steps[at + 1].name)) continue;
    run_.record.open_step(steps[at + 1].name);
    run_.record.close_step(steps[at + 1].name, "skipped", fmt::format("{} failed", failed->name));
  }
  return at;
}

// The step that chooses: the next one. The node forgets what it did with the master that failed, so that the
// next attempt, whoever makes it, begins there too.
std::size_t NodeRun::choose_another_master(const workflow::Step& step, const Error& error,
                                           Fault fault) {
  run_.turned_away = run_.turned_away || fault == Fault::of_node;
  run_.excluded[run_.record->master] = fmt::format("{}: {}", step.name, error.message);
  log::warning(
      "looking for another master",
      {{"node", run_.node.identity}, {"instead_of", run_.record->master}, {"why", error.message}});
  const auto& steps = run_.workflow.steps;
  const auto pick = std::find_if(steps.begin(), steps.end(), [](const workflow::Step& each) {
    return workflow::kind_of(each.kind).gives_master;
  });
  for (auto undone = pick; undone != steps.end(); ++undone) {
    run_.record->finished.erase(undone->name);
    run_.values.forget_outputs_of(undone->name);
    run_.record.end_approval(undone->name);  // it was given for the other master
  }
  run_.line.has_news();
  run_.lease.is_due();  // what we had signed under it is cleaned as well
  return static_cast<std::size_t>(pick - steps.begin());
}

loop::Task<Fault> NodeRun::fault_of(const workflow::Step& step, Error error) {
  auto judging = whose_fault(run_, step, error);
  const auto fault = co_await judging;
  if (error.code == Errc::no_answer) run_.world.set_aside(run_.record->master, error.message);
  co_return fault;
}

// What a node answers never has the code `unavailable`.
Ending NodeRun::judge(const workflow::Step& step, const Error& error, Fault fault) {
  Ending ending;
  // That one of them turned it away is why no master is left for it; it is not why the node is away,
  // or why the next master is ill.
  const bool chooses = workflow::kind_of(step.kind).gives_master;
  const bool is_unwanted = run_.turned_away && chooses && !run_.line.is_away();
  ending.held_up = fault != Fault::of_node && !is_unwanted;
  ending.node_is_away = fault == Fault::of_nobody && ending.held_up && run_.line.is_away();
  if (ending.held_up && run_.record->attempts > 0) --run_.record->attempts;
  ending.waits_for_place = ending.held_up && run_.masters_are_full;
  const bool exhausted = !ending.held_up && run_.record->attempts >= run_.workflow.attempts;
  const bool fatal = step.on_failure == workflow::OnFailure::fail && !ending.held_up;
  ending.kind = fatal || exhausted ? Ending::Kind::failed : Ending::Kind::again;
  ending.reason = fmt::format("{}: {}", step.name, error.message);
  if (ending.held_up && chooses)
    ending.reason += "; it goes on as soon as there is one";
  else if (ending.node_is_away)
    ending.reason += fmt::format("; {} is waited for", run_.node.identity);
  else if (ending.held_up && fault == Fault::of_master)
    ending.reason += fmt::format("; {} is waited for", run_.record->master);
  return ending;
}

// The lease is given back, so that the node is free for the next attempt, whoever makes it; but not while masters may be at what
// they were asked for: nobody has the node before the lease is over.
loop::Task<Ending> NodeRun::give_up(const workflow::Step& step, Error error) {
  auto judging = fault_of(step, error);
  const auto fault = co_await judging;
  const auto ending = judge(step, error, fault);
  if (run_.lease.is_lost())
    co_return Ending{Ending::Kind::yielded, error.message,
                     Holder{.until_ms = run_.world.unix_ms()}};
  run_.record.leave_as(ending.kind == Ending::Kind::failed ? "failed" : "waiting", ending.reason);
  if (!run_.masters_are_at_it) {
    auto given = run_.lease.give_back(run_.record->state, ending.reason);
    const auto released = co_await given;
    // It does not know our fencing number any more: somebody else has the node, and tells its
    // story.
    if (!released && released.error().code == Errc::aborted)
      co_return Ending{Ending::Kind::yielded, released.error().message,
                       Holder{.until_ms = run_.world.unix_ms()}};
  }
  run_.record.publish();
  co_return ending;
}

}  // namespace muster::provision
