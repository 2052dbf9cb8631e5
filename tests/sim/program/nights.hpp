// Nights one after the other, each told in a line, and all of them in one line of JSON.
#pragma once

#include <functional>
#include <string_view>

#include "orchestrator/workflow/workflow.hpp"
#include "tests/sim/program/arguments.hpp"

namespace muster::sim {

// One line a seed, one a broken promise, and JSON at the end, on the standard output. False: a promise is broken.
bool run_nights(const Arguments& arguments, const workflow::Workflow& workflow,
                const std::function<void(std::string_view)>& write);

}  // namespace muster::sim
