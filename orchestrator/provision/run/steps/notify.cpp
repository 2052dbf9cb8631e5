#include <utility>

#include "orchestrator/provision/run/steps/steps.hpp"
#include "proto/loop/attempt.hpp"

namespace muster::provision {

// A node that could not write down that it was told to finish has the step done again, perhaps by an orchestrator with another
// outbox. What tells of a step's failure is no step of the run, and is said of each attempt. The node writes down what is finished with its confirmation: people are told of nothing that it will not know any
// more. Nothing is wrong with a node of which they cannot be told yet.
loop::Task<Status> notify_people(RunState& run, const workflow::Step& step) {
  const bool is_of_the_run = run.workflow.index_of(step.name) < run.workflow.steps.size();
  if (is_of_the_run && run.record.has_told_in(step.name)) co_return Status{};
  auto confirming = run.lease.confirm();
  MUSTER_CO_TRY(co_await confirming);
  auto outcome = outcome_of(*run.record);
  auto telling = run.world.notify(outcome);
  const auto told = co_await telling;
  if (told || told.error().code == Errc::unavailable) co_return told;
  run.record.leave_untold();
  run.note = "people are not told yet: " + told.error().message;
  if (run.node.tell_later) run.node.tell_later(std::move(outcome));
  co_return Status{};
}

}  // namespace muster::provision
