// Where a run goes on: what the node remembers of what was done before, perhaps by another orchestrator.
#pragma once

#include <nlohmann/json.hpp>

#include "orchestrator/provision/run/run_state.hpp"
#include "proto/loop/task.hpp"

namespace muster::provision {

// `granted`: what the node said when the lease became ours. Its word of finished steps counts in the same workflow, with a master
// that still serves; else the run begins with the first.
loop::Task<Status> take_over(RunState& run, Value granted);

}  // namespace muster::provision
