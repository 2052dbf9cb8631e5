// What follows when the last try of a step has failed.
#pragma once

#include "orchestrator/provision/run/run_state.hpp"
#include "proto/loop/task.hpp"

namespace muster::provision {

// Ok: the run goes on with the next step (`on_failure: skip`). Else why the attempt ends, after what the step says is to be
// done then (`compensate`). Neither when nothing can be said of the step because we are cut off, or when the lease is not ours any
// more: then nobody of ours may do anything. The step is the workflow's, and the run outlives the task.
loop::Task<Status> after_failure(RunState& run, const workflow::Step& step, Error error);

}  // namespace muster::provision
