// Which steps a node gets.
#pragma once

#include "orchestrator/provision/run/run_state.hpp"

namespace muster::provision {

bool is_wanted(const RunState& run, const workflow::Step& step);

}  // namespace muster::provision
