#include "orchestrator/cli/discovery/limit.hpp"

#include <gtest/gtest.h>

namespace muster::cli {
namespace {

using Names = std::vector<std::string>;

Names ten() {
  Names names;
  for (int i = 0; i < 10; ++i) names.push_back("n" + std::to_string(i));
  return names;
}

TEST(CountTest, NumbersAndSharesAreOfThoseThatThereAre) {
  struct Row {
    const char* text;
    std::size_t all;
    std::size_t count;
  };
  for (const auto& row : {Row{"3", 10, 3},
                          {"30", 10, 10},
                          {"50%", 10, 5},
                          {"1%", 10, 1},
                          {"34%", 3, 2},
                          {"100%", 7, 7},
                          {"5", 0, 0},
                          {"10%", 0, 0}})
    EXPECT_EQ(Count::parse("--limit", row.text)->of(row.all), row.count) << row.text;
}

TEST(CountTest, WhatIsNoCountIsNamed) {
  for (const char* text :
       {"", "0", "%", "0%", "101%", "-1", "+1", "1.5", "ten", "1000001", "5 %"}) {
    const auto count = Count::parse("--batch", text);
    ASSERT_FALSE(count) << text;
    EXPECT_EQ(count.error().message.find("--batch '" + std::string(text) + "'"), 0U);
  }
}

TEST(LimitedTest, WithoutASeedTheFirstByNameAreTaken) {
  EXPECT_EQ(limited(ten(), {}), ten());
  EXPECT_EQ(limited(ten(), {*Count::parse("--limit", "2"), {}}), (Names{"n0", "n1"}));
}

TEST(LimitedTest, ASeedChoosesTheSameEachTimeAndAnotherSeedOthers) {
  const auto with = [](std::size_t seed) {
    return limited(ten(), {*Count::parse("--limit", "4"), seed});
  };
  EXPECT_EQ(with(7), with(7));
  const auto seven = with(7);
  EXPECT_TRUE(std::is_sorted(seven.begin(), seven.end()));
  std::set<Names> chosen;
  for (std::size_t seed = 0; seed < 20; ++seed) chosen.insert(with(seed));
  EXPECT_GT(chosen.size(), 10U);
}

TEST(LimitedTest, ASeedKeepsMostOfItsChoiceWhenTheFleetChanges) {
  auto fewer = ten();
  fewer.erase(fewer.begin() + 3);
  const Limit limit{*Count::parse("--limit", "4"), 7};
  const auto before = limited(ten(), limit);
  const auto after = limited(fewer, limit);
  Names both;
  std::set_intersection(before.begin(), before.end(), after.begin(), after.end(),
                        std::back_inserter(both));
  EXPECT_GE(both.size(), 3U);
}

}  // namespace
}  // namespace muster::cli
