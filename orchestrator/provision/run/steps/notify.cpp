#include "orchestrator/provision/run/steps/steps.hpp"

namespace muster::provision {

loop::Task<Status> notify_people(RunState& run, const workflow::Step&) {
  auto told = run.world.notify(outcome_of(*run.record));
  co_return co_await told;
}

}  // namespace muster::provision
