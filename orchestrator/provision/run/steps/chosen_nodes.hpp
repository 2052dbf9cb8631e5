// Nodes that a selection finds for a run.
#pragma once

#include <vector>

#include "orchestrator/provision/run/run_state.hpp"
#include "orchestrator/workflow/selection.hpp"

namespace muster::provision {

// None: only with `if_none: skip`, which the note says then. Else Errc::not_found, or unavailable with `if_none: wait`: the run is held up.
Result<std::vector<FoundMember>> chosen_nodes(RunState& run, const workflow::Selection& selection,
                                              const std::vector<std::string>& facts = {});

}  // namespace muster::provision
