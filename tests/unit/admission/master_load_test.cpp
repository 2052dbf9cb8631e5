#include "orchestrator/admission/master_load.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace muster::admission {
namespace {

TEST(MasterLoadTest, OurOwnCountComesFirst) {
  EXPECT_EQ(least_loaded({{"a", 2, 0, 0.0}, {"b", 1, 0, 9.0}}), 1U);
}

TEST(MasterLoadTest, BetweenEqualsTheLessBusyClassDecidesAndThenTheFewerGiven) {
  EXPECT_EQ(least_loaded({{"a", 0, 0, 1.5}, {"b", 0, 3, 0.2}}), 1U);
  EXPECT_EQ(least_loaded({{"a", 0, 3, 0.0}, {"b", 0, 2, 0.9}}), 1U) << "both are idle";
  EXPECT_EQ(least_loaded({{"b", 0, 0, 0}, {"a", 0, 0, 0}}), 1U) << "by name in the end";
}

TEST(MasterLoadTest, AClaimOfNoLoadDoesNotDrawEveryNode) {
  // The honest ones are overloaded, the liar says 0 and is done with each node at once.
  std::vector<MasterLoad> loads{{"honest1", 0, 0, 5}, {"honest2", 0, 0, 5}, {"liar", 0, 0, 0}};
  for (int node = 0; node < 300; ++node) ++loads[least_loaded(loads)].given;
  EXPECT_LE(loads[2].given, 300U / 3 + kLeadMax);
  EXPECT_GE(loads[0].given, 90U);
}

TEST(MasterLoadTest, WhatIsNoSensibleNumberIsOverloaded) {
  for (const double odd : {-1.0, std::nan(""), HUGE_VAL, -HUGE_VAL, 1e300})
    EXPECT_EQ(load_class(odd), 2) << odd;
  EXPECT_EQ(load_class(0), 0);
  EXPECT_EQ(load_class(1), 1);
}

TEST(MasterLoadTest, NobodyIsNobody) {
  EXPECT_EQ(least_loaded({}), 0U);
}

}  // namespace
}  // namespace muster::admission
