// One question to every master.
#pragma once

#include <string>
#include <vector>

#include "orchestrator/provision/run/run_state.hpp"
#include "proto/loop/task.hpp"

namespace muster::provision {

// Each master that can be asked must confirm; one that is the node itself is not asked. The names of those that cannot be asked
// now, sorted.
loop::Task<Result<std::vector<std::string>>> ask_all_masters(RunState& run, Question question);

}  // namespace muster::provision
