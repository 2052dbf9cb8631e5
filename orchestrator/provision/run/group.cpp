#include "orchestrator/provision/run/group.hpp"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "orchestrator/provision/run/failed_step.hpp"
#include "orchestrator/provision/run/tries.hpp"
#include "orchestrator/provision/run/wanted.hpp"
#include "proto/loop/together.hpp"

namespace muster::provision {
namespace {

using Steps = std::vector<const workflow::Step*>;

// A condition is judged before any of them has begun: it cannot depend on the others.
Steps to_be_done(RunState& run, std::size_t begin, std::size_t end) {
  Steps steps;
  for (auto at = begin; at < end; ++at) {
    const auto& step = run.workflow.steps[at];
    if (run.record->finished.contains(step.name)) continue;
    if (const auto* forbids = what_forbids(run, step)) {
      run.record.open_step(step.name);
      run.record.close_step(step.name, "skipped", "only when: " + forbids->text());
      continue;
    }
    steps.push_back(&step);
  }
  return steps;
}

// Who only waits for somebody is not the reason where another has failed; of those that have, it is who ends the most.
int weight_of(const workflow::Step& step, const Error& error) {
  if (error.code == Errc::unavailable) return 0;
  if (step.on_failure == workflow::OnFailure::fail) return 3;
  return step.on_failure == workflow::OnFailure::other_master ? 2 : 1;
}

void add(std::optional<GroupFailure>& failure, const workflow::Step& step, Error error) {
  if (!failure) {
    failure = GroupFailure{&step, std::move(error)};
    return;
  }
  if (weight_of(step, error) > weight_of(*failure->step, failure->error)) {
    error.message += fmt::format("; {}: {}", failure->step->name, failure->error.message);
    failure = GroupFailure{&step, std::move(error)};
    return;
  }
  failure->error.message += fmt::format("; {}: {}", step.name, error.message);
}

}  // namespace

loop::Task<GroupEnd> do_group(RunState& run, std::size_t begin, std::size_t end) {
  const auto steps = to_be_done(run, begin, end);
  std::vector<loop::Task<Status>> stories;
  stories.reserve(steps.size());
  for (const auto* step : steps) stories.push_back(try_step(run, *step));
  auto all = loop::together(std::move(stories));
  const auto done = co_await all;
  GroupEnd ended;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (done[i]) continue;
    auto following = after_failure(run, *steps[i], done[i].error());
    const auto goes_on = co_await following;
    const bool leaves_out_rest = goes_on && !steps[i]->skipped_with_it.empty();
    if (!goes_on)
      add(ended.failure, *steps[i], goes_on.error());
    else if (leaves_out_rest && ended.skipped == nullptr)
      ended.skipped = steps[i];
  }
  if (ended.failure) ended.skipped = nullptr;
  co_return ended;
}

}  // namespace muster::provision
