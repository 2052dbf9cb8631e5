// A step's call against the description of the agent it calls.
#pragma once

#include "orchestrator/provision/workflow.hpp"
#include "proto/base/result.hpp"

namespace muster::provision {

// Unknown agents, actions, arguments and {variables} are errors with the nearest valid name; so are
// required inputs that nothing provides. The fencing number is the engine's to give.
Status check_step(const Step& step);

}  // namespace muster::provision
