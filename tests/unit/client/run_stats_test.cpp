#include "orchestrator/client/run_stats.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace muster::client {
namespace {

TEST(TimesTest, ATimeIsReadWithinFivePercent) {
  for (const std::int64_t ms : {1, 20, 340, 2'000, 65'000, 3'600'000}) {
    Times times;
    times.add(bucket_of(ms), 1);
    EXPECT_NEAR(static_cast<double>(times.within_ms(0.5)), static_cast<double>(ms),
                static_cast<double>(ms) * 0.05 + 1);
  }
}

TEST(TimesTest, AShareOfThemTookSoLongOrLess) {
  Times times;
  EXPECT_EQ(times.within_ms(0.5), 0);
  times.add(bucket_of(1'000), 94);
  times.add(bucket_of(60'000), 6);
  EXPECT_NEAR(static_cast<double>(times.within_ms(0.5)), 1'000, 50);
  EXPECT_NEAR(static_cast<double>(times.within_ms(0.95)), 60'000, 3'000);
}

TEST(TimesTest, WhatIsNoTimesIsLeftOut) {
  EXPECT_EQ(Times::from_value("no map").count(), 0U);
  EXPECT_EQ(Times::from_value({{"x", 1}, {"-3", 1}, {"9999", 1}, {"3", "two"}, {"4", -1}, {"5", 2}})
                .count(),
            2U);
}

TEST(RunStatsTest, OfEachWhoEndedRunsTheAnswerThatKnowsMostCountsAndTheseAreAdded) {
  const Value knows_o1{{"ended_by",
                        {{"o1", {{"runs", {{"finished", 3}}}, {"whole", {{"10", 3}}}}},
                         {"o2", {{"runs", {{"finished", 1}}}}}}}};
  const Value knows_o2{
      {"ended_by",
       {{"o1", {{"runs", {{"finished", 2}}}, {"whole", {{"10", 2}}}}},
        {"o2", {{"runs", {{"finished", 4}, {"failed", 1}}}, {"whole", {{"10", 4}}}}}}}};
  const auto joined = joined_stats({knows_o1, knows_o2, "nonsense", {{"ended_by", 7}}});
  EXPECT_EQ(joined.at("runs").at("finished"), 7);
  EXPECT_EQ(joined.at("runs").at("failed"), 1);
  EXPECT_EQ(joined.at("whole").at("10"), 7);
}

TEST(RunHistoryTest, EachEndIsThereOnceTheLastFirst) {
  const auto run = [](const char* id, std::int64_t ended_ms) {
    return Value{{"run_id", id}, {"state", "finished"}, {"attempts", 1}, {"ended_at_ms", ended_ms}};
  };
  const Value one{{"runs", Value::array({run("a", 1), run("b", 5)})}};
  const Value other{{"runs", Value::array({run("b", 5), run("c", 3), 7})}};
  const auto joined = joined_history({one, other});
  ASSERT_EQ(joined.at("runs").size(), 3U);
  EXPECT_EQ(joined.at("runs").at(0).at("run_id"), "b");
  EXPECT_EQ(joined.at("runs").at(2).at("run_id"), "a");
}

}  // namespace
}  // namespace muster::client
