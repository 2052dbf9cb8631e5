#include "tests/chaos/fault_plan.hpp"

#include <algorithm>
#include <array>

#include "tests/support/fakes/dice.hpp"

namespace muster::chaos {
namespace {

using fakes::Dice;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds kOneKillEvery{1'200};
constexpr milliseconds kLengthLeast{8'000};
constexpr milliseconds kLastsLeast{200};
constexpr milliseconds kLastsMost{5'000};
// One of so many faults of an orchestrator lasts until its leases are over: another takes its nodes.
constexpr std::uint64_t kOutlastsOneOf = 4;
constexpr milliseconds kOutlasts = kLease + seconds(2);
constexpr std::size_t kKillsForAnother = 2;

struct Kind {
  FaultKind kind;
  std::string_view name;
  unsigned kill;   // weight among kills
  unsigned other;  // among other faults
};
constexpr std::array kKinds{Kind{FaultKind::broker_killed, "broker_killed", 3, 0},
                            Kind{FaultKind::broker_forgets, "broker_forgets", 2, 0},
                            Kind{FaultKind::broker_stopped, "broker_stopped", 1, 0},
                            Kind{FaultKind::orchestrator_killed, "orchestrator_killed", 6, 0},
                            Kind{FaultKind::orchestrator_stopped, "orchestrator_stopped", 4, 0},
                            Kind{FaultKind::agents_killed, "agents_killed", 5, 0},
                            Kind{FaultKind::agents_stopped, "agents_stopped", 2, 0},
                            Kind{FaultKind::master_killed, "master_killed", 3, 0},
                            Kind{FaultKind::master_stopped, "master_stopped", 2, 0},
                            Kind{FaultKind::disk_full, "disk_full", 0, 3},
                            Kind{FaultKind::cut, "cut", 0, 3},
                            Kind{FaultKind::cut_up, "cut_up", 0, 2},
                            Kind{FaultKind::cut_down, "cut_down", 0, 2},
                            Kind{FaultKind::loss, "loss", 0, 3},
                            Kind{FaultKind::delay, "delay", 0, 2}};

FaultKind draw_kind(Dice& dice, unsigned Kind::*weight) {
  unsigned all = 0;
  for (const auto& one : kKinds) all += one.*weight;
  auto drawn = dice.below(all);
  for (const auto& one : kKinds) {
    if (drawn < one.*weight) return one.kind;
    drawn -= one.*weight;
  }
  return kKinds.back().kind;
}

std::size_t victims_of(FaultKind kind, const FaultScope& scope) {
  switch (kind) {
    case FaultKind::broker_killed:
    case FaultKind::broker_forgets:
    case FaultKind::broker_stopped:
      return 1;
    case FaultKind::orchestrator_killed:
    case FaultKind::orchestrator_stopped:
    case FaultKind::disk_full:
      return scope.orchestrators;
    case FaultKind::agents_killed:
    case FaultKind::agents_stopped:
      return scope.groups;
    case FaultKind::master_killed:
    case FaultKind::master_stopped:
      return scope.masters;
    case FaultKind::cut:
    case FaultKind::cut_up:
    case FaultKind::cut_down:
    case FaultKind::loss:
    case FaultKind::delay:
      break;
  }
  return scope.orchestrators + scope.groups + scope.masters;
}

bool is_of_an_orchestrator(const Fault& fault, const FaultScope& scope) {
  if (fault.kind >= FaultKind::cut) return fault.whom < scope.orchestrators;
  return fault.kind == FaultKind::orchestrator_killed ||
         fault.kind == FaultKind::orchestrator_stopped;
}

Fault draw(Dice& dice, const FaultScope& scope, unsigned Kind::*weight) {
  Fault fault;
  fault.kind = draw_kind(dice, weight);
  fault.at = dice.between(milliseconds(0), length_of(scope) - kLastsLeast);
  fault.lasts = dice.between(kLastsLeast, kLastsMost);
  fault.whom = dice.below(victims_of(fault.kind, scope));
  const bool outlasts = dice.below(kOutlastsOneOf) == 0;
  if (outlasts && is_of_an_orchestrator(fault, scope)) fault.lasts = kOutlasts;
  return fault;
}

}  // namespace

std::string_view name_of(FaultKind kind) {
  return std::find_if(kKinds.begin(), kKinds.end(),
                      [&](const auto& one) { return one.kind == kind; })
      ->name;
}

milliseconds length_of(const FaultScope& scope) {
  return std::max(kLengthLeast, kOneKillEvery * static_cast<std::int64_t>(scope.kills));
}

std::vector<Fault> plan_faults(std::uint64_t seed, const FaultScope& scope) {
  Dice dice(seed);
  std::vector<Fault> plan;
  for (std::size_t i = 0; i < scope.kills; ++i) plan.push_back(draw(dice, scope, &Kind::kill));
  for (std::size_t i = 0; i < scope.kills / kKillsForAnother; ++i)
    plan.push_back(draw(dice, scope, &Kind::other));
  std::stable_sort(plan.begin(), plan.end(),
                   [](const Fault& one, const Fault& other) { return one.at < other.at; });
  return plan;
}

}  // namespace muster::chaos
