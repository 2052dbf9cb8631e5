#include "orchestrator/provision/run/steps/steps.hpp"

namespace muster::provision {

loop::Task<Status> ban(RunState& run, const workflow::Step&) {
  auto banning = run.world.ban(run.node.identity, "it was decommissioned", run.node.by);
  co_return co_await banning;
}

}  // namespace muster::provision
