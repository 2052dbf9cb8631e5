// A call on members that are neither the node nor its master.
#pragma once

#include "orchestrator/provision/run/run_state.hpp"
#include "proto/loop/task.hpp"

namespace muster::provision {

// On those that the step's `on` finds or names, all at once. Each must confirm; who does not is named with its reason.
loop::Task<Status> call_others(RunState& run, const workflow::Step& step, Value arguments);

}  // namespace muster::provision
