#include "tests/sim/faults/fault_plan.hpp"

#include <gmock/gmock.h>

#include <set>

namespace muster::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;

constexpr FaultScope kHeavy{FaultLevel::heavy, 2, 5, 3, minutes(30)};
constexpr FaultScope kLight{FaultLevel::light, 2, 5, 3, minutes(30)};

bool alike(const std::vector<Fault>& one, const std::vector<Fault>& other) {
  return std::equal(
      one.begin(), one.end(), other.begin(), other.end(), [](const Fault& a, const Fault& b) {
        return a.at == b.at && a.lasts == b.lasts && a.kind == b.kind && a.whom == b.whom;
      });
}

TEST(FaultPlanTest, TheSameSeedGivesTheSamePlanAndAnotherSeedAnother) {
  EXPECT_TRUE(alike(plan_faults(1, kHeavy), plan_faults(1, kHeavy)));
  EXPECT_FALSE(alike(plan_faults(1, kHeavy), plan_faults(2, kHeavy)));
}

TEST(FaultPlanTest, AHeavyNightHasTenTimesTheFaultsOfALightOne) {
  EXPECT_EQ(plan_faults(3, kLight).size(), 30U);
  EXPECT_EQ(plan_faults(3, kHeavy).size(), 300U);
  EXPECT_TRUE(plan_faults(3, {FaultLevel::none, 2, 5, 3, minutes(30)}).empty());
}

TEST(FaultPlanTest, AllBeginsInOrderAndHasHealedInTime) {
  milliseconds before{0};
  for (const auto& fault : plan_faults(4, kHeavy)) {
    EXPECT_GE(fault.at, before);
    EXPECT_LE(fault.at + fault.lasts, milliseconds(kHeavy.within));
    before = fault.at;
  }
}

TEST(FaultPlanTest, EveryKindComesAndEachMeetsSomebodyWhoIsThere) {
  std::set<FaultKind> kinds;
  for (const auto& fault : plan_faults(5, kHeavy)) {
    kinds.insert(fault.kind);
    EXPECT_LT(fault.whom, kHeavy.masters + kHeavy.nodes + kHeavy.orchestrators);
    if (fault.kind == FaultKind::machine_off) {
      EXPECT_LT(fault.whom, kHeavy.masters + kHeavy.nodes);
    }
    if (fault.kind == FaultKind::ca_stopped) {
      EXPECT_LT(fault.whom, kHeavy.masters);
    }
    if (fault.kind == FaultKind::orchestrator_killed ||
        fault.kind == FaultKind::orchestrator_stopped) {
      EXPECT_LT(fault.whom, kHeavy.orchestrators);
    }
  }
  EXPECT_EQ(kinds.size(), 10U);
}

TEST(FaultPlanTest, WhereAllKindsAreAskedForAllCome) {
  std::set<FaultKind> kinds;
  std::set<std::size_t> counts;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const FaultScope scope{FaultLevel::all, 2, 5, 3, minutes(30)};
    const auto plan = plan_faults(seed, scope);
    counts.insert(plan.size());
    for (const auto& fault : plan) {
      kinds.insert(fault.kind);
      EXPECT_LT(fault.whom, victims_of(fault.kind, scope)) << name_of(fault.kind);
    }
  }
  EXPECT_EQ(kinds.size(), kinds_of(FaultLevel::all).size());
  EXPECT_THAT(counts, testing::ElementsAre(30, 90, 300)) << "calm nights find other faults";
}

TEST(FaultPlanTest, EveryOrchestratorIsKilledSomeTimeAndCutOffSomeTime) {
  std::set<std::size_t> killed;
  std::set<std::size_t> cut;
  for (const auto& fault : plan_faults(7, kHeavy)) {
    if (fault.kind == FaultKind::orchestrator_killed) killed.insert(fault.whom);
    if (fault.kind == FaultKind::cable_cut) cut.insert(fault.whom);
  }
  EXPECT_THAT(killed, testing::ElementsAre(0, 1, 2));
  EXPECT_THAT(cut, testing::IsSupersetOf({7U, 8U, 9U}));
}

TEST(FaultPlanTest, SomeFaultsOfOrchestratorsOutlastLeasesInAHeavyNightAlone) {
  constexpr milliseconds kLease{60'000};
  const auto longest = [&](const FaultScope& scope, bool of_orchestrators) {
    milliseconds most{0};
    for (const auto& fault : plan_faults(8, scope)) {
      const bool its = fault.kind == FaultKind::orchestrator_killed ||
                       fault.kind == FaultKind::orchestrator_stopped ||
                       (fault.whom >= scope.masters + scope.nodes);
      if (its == of_orchestrators) most = std::max(most, fault.lasts);
    }
    return most;
  };
  EXPECT_GT(longest(kHeavy, true), 2 * kLease);
  EXPECT_LT(longest(kHeavy, false), kLease);
  EXPECT_LT(longest(kLight, true), kLease);
}

TEST(FaultPlanTest, WithoutMastersNoPuppetServerStops) {
  for (const auto& fault : plan_faults(6, {FaultLevel::heavy, 0, 5, 3, minutes(30)}))
    EXPECT_NE(fault.kind, FaultKind::ca_stopped);
}

TEST(FaultPlanTest, LevelsAreWords) {
  EXPECT_EQ(fault_level_from("heavy"), FaultLevel::heavy);
  EXPECT_EQ(fault_level_from("light"), FaultLevel::light);
  EXPECT_EQ(fault_level_from("none"), FaultLevel::none);
  EXPECT_EQ(fault_level_from("all"), FaultLevel::all);
  EXPECT_FALSE(fault_level_from("some"));
}

}  // namespace
}  // namespace muster::sim
