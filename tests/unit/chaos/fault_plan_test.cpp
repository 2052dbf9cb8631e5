#include "tests/chaos/fault_plan.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <set>
#include <string>

namespace muster::chaos {
namespace {

constexpr FaultScope kScope{.orchestrators = 2, .groups = 4, .masters = 2, .kills = 400};

bool is_kill(const Fault& fault) {
  return fault.kind < FaultKind::disk_full;
}

TEST(ChaosPlanTest, OneSeedIsOnePlanAndAnotherIsAnother) {
  const auto told = [](std::uint64_t seed) {
    std::string text;
    for (const auto& fault : plan_faults(seed, kScope))
      text += std::string(name_of(fault.kind)) + std::to_string(fault.at.count()) + "/" +
              std::to_string(fault.lasts.count()) + "/" + std::to_string(fault.whom) + "\n";
    return text;
  };
  EXPECT_EQ(told(7), told(7));
  EXPECT_NE(told(7), told(8));
}

TEST(ChaosPlanTest, HalfAsManyOtherFaultsComeWithTheKills) {
  const auto plan = plan_faults(1, kScope);
  EXPECT_EQ(std::count_if(plan.begin(), plan.end(), is_kill), 400);
  EXPECT_EQ(plan.size(), 600U);
}

TEST(ChaosPlanTest, EveryKindComesAndEachHasAVictim) {
  std::set<FaultKind> kinds;
  for (const auto& fault : plan_faults(1, kScope)) {
    kinds.insert(fault.kind);
    EXPECT_LT(fault.whom, fault.kind >= FaultKind::cut ? 8U : 4U);
    EXPECT_GE(fault.at.count(), 0);
    EXPECT_LT(fault.at, length_of(kScope));
    EXPECT_GT(fault.lasts.count(), 0);
  }
  EXPECT_EQ(kinds.size(), 15U);
}

TEST(ChaosPlanTest, SomeFaultsOfOrchestratorsOutlastALease) {
  const auto plan = plan_faults(1, kScope);
  const auto outlasts = [](const Fault& fault) { return fault.lasts > kLease; };
  EXPECT_GT(std::count_if(plan.begin(), plan.end(), outlasts), 5);
  EXPECT_LT(std::count_if(plan.begin(), plan.end(), outlasts), 200);
}

}  // namespace
}  // namespace muster::chaos
