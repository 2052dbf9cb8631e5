#include "tests/sim/program/shrink.hpp"

#include <gmock/gmock.h>

namespace muster::sim {
namespace {

using testing::ElementsAre;

constexpr std::size_t kFaults = 50;

// A night breaks when it has a second node and orchestrator, and faults 7 and 31 are in it.
Lived live(const Options& night) {
  Lived lived;
  std::set<std::size_t> there;
  for (std::size_t fault = 0; fault < kFaults; ++fault)
    if (!night.only_faults || night.only_faults->contains(fault)) there.insert(fault);
  lived.faults = there.size();
  const bool breaks =
      night.nodes >= 2 && night.orchestrators >= 2 && there.contains(7) && there.contains(31);
  if (breaks) lived.broken.push_back("n" + std::to_string(night.nodes) + " is stuck");
  return lived;
}

Options large() {
  Options options;
  options.nodes = 20;
  options.orchestrators = 3;
  return options;
}

TEST(ShrinkTest, WhatIsNotNeededToBreakItGoes) {
  const auto shrunk = shrink(large(), live);
  EXPECT_EQ(shrunk.options.nodes, 2U);
  EXPECT_EQ(shrunk.options.orchestrators, 2U);
  EXPECT_EQ(shrunk.options.masters, 1U);
  ASSERT_TRUE(shrunk.options.only_faults);
  EXPECT_THAT(*shrunk.options.only_faults, ElementsAre(7, 31));
  EXPECT_THAT(shrunk.lived.broken, ElementsAre("n2 is stuck"));
}

TEST(ShrinkTest, ANightThatBreaksSomethingElseIsAnother) {
  const auto other = [](const Options& night) {
    auto lived = live(night);
    if (lived.broken.empty()) lived.broken.push_back("n1 is told twice");
    return lived;
  };
  EXPECT_THAT(shrink(large(), other).lived.broken, ElementsAre("n2 is stuck"));
}

TEST(ShrinkTest, NoMoreNightsAreTriedThanMayBe) {
  std::size_t lived = 0;
  const auto shrunk = shrink(
      large(),
      [&](const Options& night) {
        ++lived;
        return live(night);
      },
      5);
  EXPECT_EQ(shrunk.nights, 5U);
  EXPECT_EQ(lived, 5U);
  EXPECT_FALSE(shrunk.lived.broken.empty());
}

TEST(ShrinkTest, OfFaultsThatWereChosenOthersDoNotComeBack) {
  auto chosen = large();
  chosen.only_faults = {1, 7, 8, 31};
  EXPECT_THAT(*shrink(chosen, live).options.only_faults, ElementsAre(7, 31));
}

}  // namespace
}  // namespace muster::sim
