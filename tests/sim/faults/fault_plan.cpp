#include "tests/sim/faults/fault_plan.hpp"

#include <algorithm>
#include <array>

#include "tests/support/fakes/dice.hpp"

namespace muster::sim {
namespace {

using fakes::Dice;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds kLastsLeast{500};
constexpr milliseconds kLastsMost{45'000};
// One of so many faults of an orchestrator, but for light nights, lasts until leases of a minute are long over: others take its nodes.
constexpr std::uint64_t kOutlastsOneOf = 3;
constexpr milliseconds kOutlastsLeast{150'000};
constexpr milliseconds kOutlastsMost{240'000};

milliseconds one_every(FaultLevel level, Dice& dice) {
  constexpr std::array kOneEvery{seconds(60), seconds(20), seconds(6)};
  if (level == FaultLevel::light) return kOneEvery.front();
  return level == FaultLevel::heavy ? kOneEvery.back() : kOneEvery[dice.below(kOneEvery.size())];
}

FaultKind draw_kind(Dice& dice, FaultLevel level) {
  const auto kinds = kinds_of(level);
  unsigned all = 0;
  for (const auto& kind : kinds) all += kind.weight;
  auto drawn = dice.below(all);
  for (const auto& kind : kinds) {
    if (drawn < kind.weight) return kind.kind;
    drawn -= kind.weight;
  }
  return kinds.back().kind;
}

bool is_of_an_orchestrator(const Fault& fault, const FaultScope& scope) {
  switch (fault.kind) {
    case FaultKind::cable_cut:
    case FaultKind::cable_cut_up:
    case FaultKind::cable_cut_down:
    case FaultKind::link_slow:
      return fault.whom >= scope.masters + scope.nodes &&
             fault.whom < scope.masters + scope.nodes + scope.orchestrators;
    default:
      return fault.kind == FaultKind::orchestrator_killed ||
             fault.kind == FaultKind::orchestrator_stopped;
  }
}

Fault draw(Dice& dice, const FaultScope& scope) {
  Fault fault;
  fault.kind = draw_kind(dice, scope.level);
  fault.at = dice.between(milliseconds(0), scope.within);
  fault.lasts = dice.between(kLastsLeast, kLastsMost);
  fault.whom = dice.below(victims_of(fault.kind, scope));
  const bool outlasts = scope.level >= FaultLevel::heavy && is_of_an_orchestrator(fault, scope) &&
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
  if (word == "all") return FaultLevel::all;
  return std::nullopt;
}

std::vector<Fault> plan_faults(std::uint64_t seed, const FaultScope& scope) {
  std::vector<Fault> plan;
  if (scope.level == FaultLevel::none) return plan;
  Dice dice(seed);
  const auto count = scope.within / one_every(scope.level, dice);
  for (auto left = count; left > 0; --left) {
    const auto fault = draw(dice, scope);
    if (victims_of(fault.kind, scope) > 0) plan.push_back(fault);
  }
  std::stable_sort(plan.begin(), plan.end(),
                   [](const Fault& one, const Fault& other) { return one.at < other.at; });
  return plan;
}

}  // namespace muster::sim
