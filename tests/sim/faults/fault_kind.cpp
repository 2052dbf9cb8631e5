#include "tests/sim/faults/fault_kind.hpp"

#include <algorithm>
#include <array>

#include "tests/sim/faults/fault_plan.hpp"

namespace muster::sim {
namespace {

struct Kind {
  FaultKind kind;
  std::string_view name;
  unsigned weight;
  bool in_every_night = false;
};
constexpr std::array kKinds{
    Kind{FaultKind::broker_crashes, "the broker crashes", 2, true},
    Kind{FaultKind::broker_forgets, "the broker crashes and forgets", 1, true},
    Kind{FaultKind::cable_cut, "a cable is cut", 4, true},
    Kind{FaultKind::cable_cut_up, "a cable is cut upwards", 2, true},
    Kind{FaultKind::cable_cut_down, "a cable is cut downwards", 2, true},
    Kind{FaultKind::machine_off, "a machine is switched off", 6, true},
    Kind{FaultKind::orchestrator_killed, "an orchestrator is killed", 3, true},
    Kind{FaultKind::orchestrator_stopped, "an orchestrator is stopped", 2, true},
    Kind{FaultKind::ca_stopped, "a Puppet Server stops", 3, true},
    Kind{FaultKind::disk_slow, "a disk is slow", 3, true},
    Kind{FaultKind::link_slow, "a link is slow", 4},
    Kind{FaultKind::broker_repeats, "the broker repeats what it delivers", 2},
    Kind{FaultKind::retained_lost, "the broker loses half of what it retains", 1},
    Kind{FaultKind::ca_refuses, "a Puppet Server refuses all", 2},
    Kind{FaultKind::runs_fail, "Puppet runs fail", 2},
    Kind{FaultKind::runs_hang, "Puppet runs hang", 1},
    Kind{FaultKind::runs_end_agent, "Puppet runs start the agent anew", 2},
    Kind{FaultKind::disk_full, "a disk is full", 3},
    Kind{FaultKind::power_fails, "the power fails at the next write", 3},
    Kind{FaultKind::reinstalled, "a node is installed anew", 2},
    Kind{FaultKind::twin, "another machine has a node's name", 1},
    Kind{FaultKind::clock_wrong, "a clock is wrong", 3},
    Kind{FaultKind::ca_slow, "a Puppet Server is slow", 2},
    Kind{FaultKind::orchestrator_crashes, "an orchestrator crashes", 3},
    Kind{FaultKind::orchestrator_power_fails, "an orchestrator's power fails at its next write", 3},
    Kind{FaultKind::all_go_down, "the broker and all orchestrators go down", 1},
    Kind{FaultKind::ca_uneven, "a Puppet Server is slow at times", 0},
    Kind{FaultKind::master_retired, "a master is retired", 0},
    Kind{FaultKind::orchestrator_leaves, "an orchestrator leaves in order", 0}};

}  // namespace

std::string_view name_of(FaultKind kind) {
  const auto found =
      std::find_if(kKinds.begin(), kKinds.end(), [&](const auto& one) { return one.kind == kind; });
  return found->name;
}

bool is_of_a_node(FaultKind kind) {
  switch (kind) {
    case FaultKind::runs_fail:
    case FaultKind::runs_hang:
    case FaultKind::runs_end_agent:
    case FaultKind::power_fails:
    case FaultKind::reinstalled:
    case FaultKind::twin:
      return true;
    default:
      return false;
  }
}

std::size_t victims_of(FaultKind kind, const FaultScope& scope) {
  const auto machines = scope.masters + scope.nodes;
  if (is_of_a_node(kind)) return scope.nodes;
  switch (kind) {
    case FaultKind::cable_cut:
    case FaultKind::cable_cut_up:
    case FaultKind::cable_cut_down:
    case FaultKind::link_slow:
      return machines + scope.orchestrators + scope.operators;
    case FaultKind::disk_slow:
    case FaultKind::disk_full:
    case FaultKind::clock_wrong:
      return machines + scope.orchestrators;
    case FaultKind::machine_off:
      return machines;
    case FaultKind::ca_stopped:
    case FaultKind::ca_refuses:
    case FaultKind::ca_slow:
    case FaultKind::ca_uneven:
    case FaultKind::master_retired:
      return scope.masters;
    case FaultKind::orchestrator_killed:
    case FaultKind::orchestrator_stopped:
    case FaultKind::orchestrator_crashes:
    case FaultKind::orchestrator_power_fails:
    case FaultKind::orchestrator_leaves:
      return scope.orchestrators;
    default:
      break;
  }
  return 1;
}

std::vector<FaultWeight> kinds_of(FaultLevel level) {
  std::vector<FaultWeight> kinds;
  for (const auto& each : kKinds)
    if (each.weight > 0 && (each.in_every_night || level == FaultLevel::all))
      kinds.push_back({each.kind, each.weight});
  return kinds;
}

}  // namespace muster::sim
