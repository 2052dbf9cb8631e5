// Which steps a node gets.
#pragma once

#include "orchestrator/provision/run/run_state.hpp"

namespace muster::provision {

// Now that its turn has come: the condition, its own or of a block that it stands in, that keeps it from the node; null: none does.
const workflow::Condition* what_forbids(const RunState& run, const workflow::Step& step);
// Before: what a condition reads of a master or of replies may not be known yet.
bool may_be_wanted(const RunState& run, const workflow::Step& step);

}  // namespace muster::provision
