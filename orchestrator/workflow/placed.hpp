// The steps of a block where they stand in the whole workflow.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "orchestrator/workflow/workflow.hpp"

namespace muster::workflow {

// Each is named block/step from now on, and so is what its templates and conditions name of another of them; what they name of
// steps before the block stays. One that says of its failures nothing but `retry` has what `as_block` says; one that fails without
// saying so, what that says but `retry`. `block.name` is as it stands where
// the block does; `as_block` is the step that holds them.
std::vector<Step> placed_in(const Block& block, const Step& as_block, std::vector<Step> steps);

}  // namespace muster::workflow
