// What a step calls, against the description of the agent.
#pragma once

#include "orchestrator/workflow/workflow.hpp"
#include "proto/base/result.hpp"

namespace muster::workflow {

// Unknown agents, actions and arguments are errors with the nearest valid name; so are required inputs that nothing
// provides, and those that the engine gives by itself. Errc::config.
Status check_step(const Step& step, const Descriptions& agents);

}  // namespace muster::workflow
