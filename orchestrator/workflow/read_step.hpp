// One step of a workflow's file.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string_view>

#include "orchestrator/workflow/workflow.hpp"
#include "proto/base/strict_yaml.hpp"

namespace muster::workflow {

// Called for each step of a compensation where it stands, once it is read.
using OnCompensating = std::function<void(base::StrictMap& map, const Step& step)>;

// What is wrong with it by itself is complained of in the map.
Step read_step(base::StrictMap& map, const Descriptions& agents,
               const OnCompensating& on_compensating);

inline constexpr std::int64_t kTimeoutMaxS = 24LL * 3600;

// A whole number of seconds, up to a day unless another limit is said.
void read_seconds(base::StrictMap& map, std::string_view key, std::chrono::milliseconds& out,
                  std::int64_t most_s = kTimeoutMaxS);

}  // namespace muster::workflow
