// On whom a step works, where that is not the node alone.
#pragma once

#include "orchestrator/workflow/workflow.hpp"
#include "proto/base/strict_yaml.hpp"

namespace muster::workflow {

// `on` of a call: a word, {filter: …}, or a template. What is wrong is complained of in the map, as below.
void read_on(base::StrictMap& map, Step& step);
// The keys of choose.
void read_choice(base::StrictMap& map, Step& step);

}  // namespace muster::workflow
