#include "tests/sim/faults/further_faults.hpp"

#include <gmock/gmock.h>

#include <set>

namespace muster::sim {
namespace {

using std::chrono::minutes;

constexpr FaultScope kScope{FaultLevel::all, 2, 3, 2, minutes(3)};

TEST(FurtherFaultsTest, TheyAreOfEachFourthSeedOfNightsWithAllKinds) {
  std::size_t count = 0;
  for (std::uint64_t seed = 1; seed <= 100; ++seed)
    if (has_further_faults(seed, FaultLevel::all)) ++count;
  EXPECT_EQ(count, 25U);
  EXPECT_FALSE(has_further_faults(3, FaultLevel::heavy));
}

TEST(FurtherFaultsTest, TheSameSeedDrawsTheSameAndEachKindComes) {
  std::set<FaultKind> kinds;
  bool taken_back = false;
  bool for_good = false;
  for (std::uint64_t seed = 3; seed < 100; seed += 4) {
    const auto one = further_faults(seed, kScope);
    const auto other = further_faults(seed, kScope);
    ASSERT_EQ(one.size(), other.size());
    for (std::size_t i = 0; i < one.size(); ++i) {
      EXPECT_EQ(one[i].at, other[i].at);
      kinds.insert(one[i].kind);
      EXPECT_LT(one[i].whom, victims_of(one[i].kind, kScope));
      if (one[i].kind != FaultKind::master_retired) continue;
      (one[i].lasts == kForGood ? for_good : taken_back) = true;
    }
  }
  EXPECT_EQ(kinds.size(), 7U);
  EXPECT_TRUE(taken_back && for_good);
}

TEST(FurtherFaultsTest, TheOnlyMasterIsNotRetired) {
  auto alone = kScope;
  alone.masters = 1;
  for (std::uint64_t seed = 3; seed < 100; seed += 4)
    for (const auto& fault : further_faults(seed, alone))
      EXPECT_NE(fault.kind, FaultKind::master_retired);
}

}  // namespace
}  // namespace muster::sim
