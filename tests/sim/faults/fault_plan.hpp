// What goes wrong in a simulated night, and when: drawn from a seed, known before it begins.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "tests/sim/faults/fault_kind.hpp"

namespace muster::sim {

// "none", "light", "heavy", "all"; nothing for any other word.
std::optional<FaultLevel> fault_level_from(std::string_view word);

struct Fault {
  std::chrono::milliseconds at{0};     // since the start
  std::chrono::milliseconds lasts{0};  // then it heals
  FaultKind kind{};
  // Of cables, links, machines and disks: masters first, then nodes, then, but for machine_off, orchestrators, and of cables and links
  // then operators; of a Puppet Server: the master; of orchestrators that are killed or stopped: the orchestrator; of what befalls nodes alone: the node.
  // Else 0.
  std::size_t whom = 0;
};

struct FaultScope {
  FaultLevel level = FaultLevel::none;
  std::size_t masters = 0;
  std::size_t nodes = 0;
  std::size_t orchestrators = 1;
  std::chrono::milliseconds within{0};  // all has healed then
  std::size_t operators = 0;            // their cables
};

// In the order of their begin.
std::vector<Fault> plan_faults(std::uint64_t seed, const FaultScope& scope);

}  // namespace muster::sim
