// Where a run goes on: what the node remembers of what was done before, perhaps by another orchestrator.
#pragma once

#include <nlohmann/json.hpp>

#include "orchestrator/provision/run/run_state.hpp"
#include "proto/loop/task.hpp"

namespace muster::provision {

// `granted`: what the node said when the lease became ours. Its word of finished steps counts, with a master that still serves;
// else the run begins with the first. That people have approved a step counts by the record alone. A node that is in another workflow,
// by the hash of its text, finishes with that one, and one that has finished nothing gets RunInput::present: Errc::aborted then, and
// RunState::other_workflow names it. Errc::unavailable when it cannot be had.
loop::Task<Status> take_over(RunState& run, Value granted);

}  // namespace muster::provision
