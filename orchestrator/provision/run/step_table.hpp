// How each kind of step is done: one file a kind, below steps/.
#pragma once

#include "orchestrator/provision/run/run_state.hpp"
#include "proto/loop/task.hpp"

namespace muster::provision {

// One try. The step is the workflow's, and the run outlives the task. What people should know of one that was done stands in
// RunState::note. Errc::refused and config: another try would not help; Errc::unavailable: neither the node nor a master is
// at fault, as when we are cut off.
loop::Task<Status> do_step(RunState& run, const workflow::Step& step);

}  // namespace muster::provision
