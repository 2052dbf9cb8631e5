#include "tests/swarm/node/fake_facts.hpp"

#include <gmock/gmock.h>

#include <map>
#include <nlohmann/json.hpp>
#include <string>

namespace muster::swarm {
namespace {

TEST(FakeFactsTest, OneNodeInAHundredHasEachValueOfTheRareFact) {
  constexpr std::size_t kNodes = 1'000;
  std::map<std::string, std::size_t> nodes;
  for (std::size_t i = 0; i < kNodes; ++i)
    ++nodes[fake_facts(7, i).at("swarm_hundred").get<std::string>()];
  EXPECT_EQ(nodes.size(), kHundred);
  for (const auto& [value, count] : nodes) EXPECT_EQ(count, kNodes / kHundred) << value;
}

TEST(FakeFactsTest, TheSameSeedGivesTheSameFactsAndAnotherSeedOthers) {
  EXPECT_EQ(fake_facts(1, 42), fake_facts(1, 42));
  EXPECT_NE(fake_facts(1, 42), fake_facts(2, 42));
  EXPECT_NE(fake_facts(1, 42), fake_facts(1, 43));
}

TEST(FakeFactsTest, SharesAreSpreadEvenly) {
  constexpr int kDraws = 10'000;
  int low = 0;
  for (int i = 0; i < kDraws; ++i) {
    const auto share = share_of(3, 5, static_cast<std::uint64_t>(i));
    ASSERT_GE(share, 0.0);
    ASSERT_LT(share, 1.0);
    low += share < 0.25 ? 1 : 0;
  }
  EXPECT_NEAR(low, kDraws / 4, kDraws / 50);
}

}  // namespace
}  // namespace muster::swarm
