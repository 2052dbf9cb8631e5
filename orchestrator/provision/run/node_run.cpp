#include "orchestrator/provision/run/node_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "orchestrator/provision/run/failed_step.hpp"
#include "orchestrator/provision/run/taking_over.hpp"
#include "orchestrator/provision/run/tries.hpp"
#include "orchestrator/provision/run/wanted.hpp"
#include "proto/base/log.hpp"
#include "proto/loop/attempt.hpp"

namespace muster::provision {
namespace {

constexpr int kMasterChangesMax = 8;  // in one attempt

bool is_masters_fault(const Error& error) {
  return error.code != Errc::refused && error.code != Errc::unavailable;
}

}  // namespace

NodeRun::NodeRun(const workflow::Workflow& workflow, World& world, std::string orchestrator,
                 RunInput node, RunRecord::Handler on_record)
    : run_(workflow, world, std::move(orchestrator), std::move(node), std::move(on_record)) {}

loop::Task<Ending> NodeRun::run() {
  const auto& first = run_.workflow.steps.front();
  auto waiting = waits_for_a_person();
  if (co_await waiting) co_return Ending{Ending::Kind::nothing_to_do, run_.record->reason};
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
  if (run_.node.anew || !before || before->state != "failed") co_return false;
  auto asked = run_.lease.node_has_failed();
  const bool failed = co_await asked;
  if (failed) run_.record.stay_as_before();
  co_return failed;
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
  run_.record.end_step("done", last.empty() ? "" : "goes on after " + last);
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
    if (!is_wanted(run_, step)) {
      run_.record.begin_step(step.name);
      run_.record.end_step("skipped", "only when: " + step.when.text());
      continue;
    }
    auto trying = try_step(run_, step);
    const auto done = co_await trying;
    if (done) continue;
    if (step.on_failure == workflow::OnFailure::other_master && is_masters_fault(done.error()) &&
        !run_.lease.is_lost() && master_changes++ < kMasterChangesMax) {
      i = choose_another_master(step, done.error()) - 1;
      continue;
    }
    auto following = after_failure(run_, step, done.error());
    const auto goes_on = co_await following;
    if (goes_on) continue;
    auto left = give_up(step, goes_on.error());
    co_return co_await left;
  }
  run_.record.finish();
  co_return Ending{Ending::Kind::finished, "", {}};
}

// The step that chooses: the next one. The node forgets what it did with the master that failed, so that the
// next attempt, whoever makes it, begins there too.
std::size_t NodeRun::choose_another_master(const workflow::Step& step, const Error& error) {
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
  }
  run_.line.has_news();
  run_.lease.is_due();  // what we had signed under it is cleaned as well
  return static_cast<std::size_t>(pick - steps.begin());
}

// What a node answers never has the code `unavailable`.
Ending NodeRun::judge(const workflow::Step& step, const Error& error) {
  Ending ending;
  ending.held_up = error.code == Errc::unavailable && run_.excluded.empty();
  if (ending.held_up) --run_.record->attempts;
  const bool exhausted = !ending.held_up && run_.record->attempts >= run_.workflow.attempts;
  const bool fatal = step.on_failure == workflow::OnFailure::fail && !ending.held_up;
  ending.kind = fatal || exhausted ? Ending::Kind::failed : Ending::Kind::again;
  ending.reason = fmt::format("{}: {}", step.name, error.message);
  if (ending.held_up && workflow::kind_of(step.kind).gives_master)
    ending.reason += "; it goes on as soon as there is one";
  return ending;
}

// The lease is given back, so that the node is free for the next attempt, whoever makes it; but not while masters may be at what
// they were asked for: nobody has the node before the lease is over.
loop::Task<Ending> NodeRun::give_up(const workflow::Step& step, Error error) {
  const auto ending = judge(step, error);
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
