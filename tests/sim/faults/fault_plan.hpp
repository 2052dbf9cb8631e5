// What goes wrong in a simulated night, and when: drawn from a seed, known before it begins.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace muster::sim {

enum class FaultLevel {
  none,
  light,  // one a minute
  heavy  // one every six seconds, so that several are there at once; some of orchestrators outlast leases
};
// "none", "light", "heavy"; nothing for any other word.
std::optional<FaultLevel> fault_level_from(std::string_view word);

enum class FaultKind {
  broker_crashes,        // and has all that it retained when it is back
  broker_forgets,        // the same, with an empty store
  cable_cut,             // somebody's network, both ways
  cable_cut_up,          // what it says is not heard
  cable_cut_down,        // it hears nothing
  machine_off,           // its agent is killed; its disk stays
  orchestrator_killed,   // its program; its disk stays
  orchestrator_stopped,  // its program does nothing, as by SIGSTOP, and then goes on
  ca_stopped,            // a master's Puppet Server
  disk_slow              // somebody's
};
std::string_view name_of(FaultKind kind);

struct Fault {
  std::chrono::milliseconds at{0};     // since the start
  std::chrono::milliseconds lasts{0};  // then it heals
  FaultKind kind{};
  // Of cables, machines and disks: masters first, then nodes, then, but for machine_off, orchestrators; of cables then
  // operators; of ca_stopped: the master; of orchestrators that are killed or stopped: the orchestrator. Else 0.
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
