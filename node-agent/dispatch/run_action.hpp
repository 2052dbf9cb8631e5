// An action, run to its end on a thread that has the time.
#pragma once

#include <chrono>

#include "node-agent/dispatch/request_gate.hpp"
#include "plugins/api/agent.hpp"

namespace muster::agent {

// Of an admitted request with an agent. An exception becomes a failure of this call alone; outputs that the action left out get
// their default. Blocks for as long as the action does.
plugins::ActionReply run_action(const Admitted& admitted,
                                std::chrono::steady_clock::time_point deadline);

}  // namespace muster::agent
