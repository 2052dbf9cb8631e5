// Steps that wait for what no clock and no node can tell.
#pragma once

#include <string>

#include "orchestrator/provision/run/run_state.hpp"
#include "proto/loop/task.hpp"

namespace muster::provision {

// Asks once, then holds the run up (Errc::unavailable) until the record has somebody's approval, so that it outlives us, and
// takes no place meanwhile. Errc::refused once the step's time since then is over: then whoever comes to the step asks anew.
loop::Task<Status> wait_for_approval(RunState& run, const workflow::Step& step, std::string group);

// Until an event of that type about that node is heard, or was since the run first came to the step. Holds the run up when none
// comes within the step's time.
loop::Task<Status> wait_for_event(RunState& run, const workflow::Step& step, std::string type,
                                  std::string from);

}  // namespace muster::provision
