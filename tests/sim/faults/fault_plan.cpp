#include "tests/sim/faults/fault_plan.hpp"

#include <algorithm>
#include <array>
#include <random>

namespace muster::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds kLastsLeast{500};
constexpr milliseconds kLastsMost{45'000};
// One of so many faults of an orchestrator in a heavy night lasts until leases of a minute are long over: others take its nodes.
constexpr std::uint64_t kOutlastsOneOf = 3;
constexpr milliseconds kOutlastsLeast{150'000};
constexpr milliseconds kOutlastsMost{240'000};

struct Kind {
  FaultKind kind;
  std::string_view name;
  unsigned weight;
};
constexpr std::array kKinds{Kind{FaultKind::broker_crashes, "the broker crashes", 2},
                            Kind{FaultKind::broker_forgets, "the broker crashes and forgets", 1},
                            Kind{FaultKind::cable_cut, "a cable is cut", 4},
                            Kind{FaultKind::cable_cut_up, "a cable is cut upwards", 2},
                            Kind{FaultKind::cable_cut_down, "a cable is cut downwards", 2},
                            Kind{FaultKind::machine_off, "a machine is switched off", 6},
                            Kind{FaultKind::orchestrator_killed, "an orchestrator is killed", 3},
                            Kind{FaultKind::orchestrator_stopped, "an orchestrator is stopped", 2},
                            Kind{FaultKind::ca_stopped, "a Puppet Server stops", 3},
                            Kind{FaultKind::disk_slow, "a disk is slow", 3}};

milliseconds one_every(FaultLevel level) {
  return level == FaultLevel::light ? seconds(60) : seconds(6);
}

// Draws alike with every standard library, which its distributions do not.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : chance_(seed) {}
  std::uint64_t below(std::uint64_t bound) { return bound == 0 ? 0 : chance_() % bound; }
  milliseconds between(milliseconds least, milliseconds most) {
    const auto more = below(static_cast<std::uint64_t>((most - least).count()) + 1);
    return least + milliseconds(static_cast<std::int64_t>(more));
  }

 private:
  std::mt19937_64 chance_;
};

FaultKind draw_kind(Dice& dice) {
  unsigned all = 0;
  for (const auto& kind : kKinds) all += kind.weight;
  auto drawn = dice.below(all);
  for (const auto& kind : kKinds) {
    if (drawn < kind.weight) return kind.kind;
    drawn -= kind.weight;
  }
  return kKinds.back().kind;
}

std::size_t victims_of(FaultKind kind, const FaultScope& scope) {
  const auto machines = scope.masters + scope.nodes;
  switch (kind) {
    case FaultKind::cable_cut:
    case FaultKind::cable_cut_up:
    case FaultKind::cable_cut_down:
      return machines + scope.orchestrators + scope.operators;
    case FaultKind::disk_slow:
      return machines + scope.orchestrators;
    case FaultKind::machine_off:
      return machines;
    case FaultKind::ca_stopped:
      return scope.masters;
    case FaultKind::orchestrator_killed:
    case FaultKind::orchestrator_stopped:
      return scope.orchestrators;
    case FaultKind::broker_crashes:
    case FaultKind::broker_forgets:
      break;
  }
  return 1;
}

bool is_of_an_orchestrator(const Fault& fault, const FaultScope& scope) {
  switch (fault.kind) {
    case FaultKind::cable_cut:
    case FaultKind::cable_cut_up:
    case FaultKind::cable_cut_down:
      return fault.whom >= scope.masters + scope.nodes &&
             fault.whom < scope.masters + scope.nodes + scope.orchestrators;
    default:
      return fault.kind == FaultKind::orchestrator_killed ||
             fault.kind == FaultKind::orchestrator_stopped;
  }
}

Fault draw(Dice& dice, const FaultScope& scope) {
  Fault fault;
  fault.kind = draw_kind(dice);
  fault.at = dice.between(milliseconds(0), scope.within);
  fault.lasts = dice.between(kLastsLeast, kLastsMost);
  fault.whom = dice.below(victims_of(fault.kind, scope));
  const bool outlasts = scope.level == FaultLevel::heavy && is_of_an_orchestrator(fault, scope) &&
                        dice.below(kOutlastsOneOf) == 0;
  if (outlasts) {
    fault.lasts = std::min(dice.between(kOutlastsLeast, kOutlastsMost), scope.within);
    fault.at = std::min(fault.at, scope.within - fault.lasts);
  }
  fault.lasts = std::min(fault.lasts, scope.within - fault.at);
  return fault;
}

}  // namespace

std::optional<FaultLevel> fault_level_from(std::string_view word) {
  if (word == "none") return FaultLevel::none;
  if (word == "light") return FaultLevel::light;
  if (word == "heavy") return FaultLevel::heavy;
  return std::nullopt;
}

std::string_view name_of(FaultKind kind) {
  const auto found =
      std::find_if(kKinds.begin(), kKinds.end(), [&](const auto& one) { return one.kind == kind; });
  return found->name;
}

std::vector<Fault> plan_faults(std::uint64_t seed, const FaultScope& scope) {
  std::vector<Fault> plan;
  if (scope.level == FaultLevel::none) return plan;
  Dice dice(seed);
  const auto count = scope.within / one_every(scope.level);
  for (auto left = count; left > 0; --left) {
    const auto fault = draw(dice, scope);
    if (victims_of(fault.kind, scope) > 0) plan.push_back(fault);
  }
  std::stable_sort(plan.begin(), plan.end(),
                   [](const Fault& one, const Fault& other) { return one.at < other.at; });
  return plan;
}

}  // namespace muster::sim
