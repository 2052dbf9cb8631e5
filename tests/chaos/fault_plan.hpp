// What breaks in a run, and when: drawn from its seed before it begins.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace muster::chaos {

enum class FaultKind {
  broker_killed,   // what it had stored is there again
  broker_forgets,  // killed, and its file of retained messages is gone
  broker_stopped,
  orchestrator_killed,
  orchestrator_stopped,
  agents_killed,  // a group of nodes: one process
  agents_stopped,
  master_killed,  // its agent; what its CA holds stays
  master_stopped,
  // These are no kills.
  disk_full,  // an orchestrator's
  cut,        // from here on: a party's network, see Trouble
  cut_up,
  cut_down,
  loss,
  delay
};
std::string_view name_of(FaultKind kind);

struct Fault {
  std::chrono::milliseconds at{0};     // since the start
  std::chrono::milliseconds lasts{0};  // then it heals
  FaultKind kind{};
  std::size_t whom = 0;  // of its kind; of networks: orchestrators first, then groups, then masters
};

struct FaultScope {
  std::size_t orchestrators = 1;
  std::size_t groups = 1;
  std::size_t masters = 1;
  std::size_t kills = 0;
};

// Faults of orchestrators outlast a lease of this now and then.
inline constexpr std::chrono::seconds kLease{10};

// All begin within this.
std::chrono::milliseconds length_of(const FaultScope& scope);
// `kills` kills and half as many other faults, in the order of their begin. The same seed and scope give the same.
std::vector<Fault> plan_faults(std::uint64_t seed, const FaultScope& scope);

}  // namespace muster::chaos
