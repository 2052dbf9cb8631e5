// One step of a workflow's file.
#pragma once

#include <chrono>
#include <string_view>

#include "orchestrator/workflow/workflow.hpp"
#include "proto/base/strict_yaml.hpp"

namespace muster::workflow {

// What is wrong with it by itself is complained of in the map.
Step read_step(base::StrictMap& map);

// A whole number of seconds, up to a day.
void read_seconds(base::StrictMap& map, std::string_view key, std::chrono::milliseconds& out);

}  // namespace muster::workflow
