#include "tests/sim/faults/lease_promises.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace muster::sim {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kWellAgainAfter{150'000};

// Who may be ill with a fault, in the order of faults of cables: masters, nodes, orchestrators.
struct Places {
  std::size_t machine = 0;
  std::size_t holder = 0;
};

std::size_t place_of_orchestrator(const Morning& morning, const std::string& caller) {
  const auto& all = morning.orchestrators;
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const auto& one) { return caller == "cert=" + one->name(); });
  return morning.machines.size() + static_cast<std::size_t>(found - all.begin());
}

bool touches(const Morning& morning, const Fault& fault, const Places& places) {
  const auto is_one = [&](std::size_t whom) {
    return whom == places.machine || whom == places.holder;
  };
  switch (fault.kind) {
    case FaultKind::ca_stopped:
    case FaultKind::ca_refuses:
    case FaultKind::broker_repeats:
    case FaultKind::ca_slow:
    case FaultKind::ca_uneven:
    case FaultKind::master_retired:
      return false;
    case FaultKind::broker_crashes:
    case FaultKind::broker_forgets:
    case FaultKind::retained_lost:
    case FaultKind::all_go_down:
      return true;
    case FaultKind::orchestrator_killed:
    case FaultKind::orchestrator_stopped:
    case FaultKind::orchestrator_crashes:
    case FaultKind::orchestrator_power_fails:
    case FaultKind::orchestrator_leaves:
      return is_one(morning.machines.size() + fault.whom);
    default:
      return is_one(is_of_a_node(fault.kind) ? morning.cas.size() + fault.whom : fault.whom);
  }
}

// A node takes its time from whoever lets it in, and keeps it until another one does.
bool may_have_set_its_clock(const Morning& morning, const Fault& fault) {
  return fault.kind == FaultKind::clock_wrong && fault.whom >= morning.machines.size();
}

// Whether nothing was wrong with the two, and the broker, from the moment of the night at which the lease was kept last, or
// shortly before it was lost: what kept it from being renewed may be over long before a lease is.
bool were_well(const Morning& morning, const Places& places, milliseconds kept, milliseconds then) {
  const auto since = std::min(kept, then - kWellAgainAfter);
  return std::none_of(morning.plan.begin(), morning.plan.end(), [&](const Fault& fault) {
    if (fault.at > then) return false;
    return may_have_set_its_clock(morning, fault) ||
           (fault.at + fault.lasts > since && touches(morning, fault, places));
  });
}

void look_at(const Morning& morning, std::size_t at, std::vector<std::string>& broken) {
  const auto& node = *morning.machines[at];
  const auto& witness = node.witness();
  for (const auto& complaint : witness.complaints())
    broken.push_back(node.name() + ": " + complaint);
  for (const auto& lost : witness.lost_leases()) {
    const milliseconds kept(lost.kept_at_ms - morning.began_at_ms);
    const milliseconds then(lost.at_ms - morning.began_at_ms);
    if (were_well(morning, {at, place_of_orchestrator(morning, lost.from)}, kept, then))
      broken.push_back(fmt::format("{}: {} lost its lease to {} after {} s, and nothing was wrong",
                                   node.name(), lost.from, lost.to, then.count() / 1'000));
  }
  if (state_of(node) != plugins::provision::State::finished || morning.has_forgotten) return;
  const auto record = record_of(morning, node.name());
  if (record && !record->claim && record->fence < node.witness().fence())
    broken.push_back(fmt::format("{} was finished under fence {}, and its record is of fence {}",
                                 node.name(), node.witness().fence(), record->fence));
}

}  // namespace

std::vector<std::string> broken_lease_promises(const Morning& morning) {
  std::vector<std::string> broken;
  for (std::size_t at = 0; at < morning.machines.size(); ++at)
    if (morning.machines[at]->spec().ca == nullptr) look_at(morning, at, broken);
  return broken;
}

}  // namespace muster::sim
