// The tries of one step.
#pragma once

#include "orchestrator/provision/run/run_state.hpp"
#include "proto/loop/task.hpp"

namespace muster::provision {

// As often as the step says, with pauses; each under a lease that is renewed before it. One that is done is in the record, and is
// told to the node with the next call. Errors are the last try's. The step is the workflow's, and the run outlives the task.
loop::Task<Status> try_step(RunState& run, const workflow::Step& step);

}  // namespace muster::provision
