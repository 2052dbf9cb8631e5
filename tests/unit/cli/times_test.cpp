#include "orchestrator/cli/times.hpp"

#include <gtest/gtest.h>

namespace muster::cli {
namespace {

using namespace std::chrono_literals;

TEST(ParseDurationTest, ReadsEveryUnit) {
  EXPECT_EQ(*parse_duration("90s"), 90s);
  EXPECT_EQ(*parse_duration("15m"), 15min);
  EXPECT_EQ(*parse_duration("24h"), 24h);
  EXPECT_EQ(*parse_duration("7d"), 168h);
  EXPECT_EQ(*parse_duration("1h30m"), 90min);
  EXPECT_EQ(*parse_duration("1.5h"), 90min);
  EXPECT_EQ(*parse_duration("1.1h"), 66min);
  EXPECT_EQ(*parse_duration("5min"), 5min);
  EXPECT_EQ(*parse_duration("3650d"), kDurationMost);
}

TEST(ParseDurationTest, RefusesWhatIsNotANumberAndAUnit) {
  for (const auto* text :
       {"", "h", "24", "24 h", "24hh", "-1h", "0h", "1h-30m", "500ms", "1.5s", "24w", "nan", "1e3h",
        "3651d", "99999999999999d", "9223372036854775807s", "92233720368547758070s"}) {
    const auto parsed = parse_duration(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_NE(parsed.error().message.find("24h"), std::string::npos) << "shows how it is written";
  }
}

TEST(ParseSecondsTest, ReadsSecondsAndEveryUnit) {
  EXPECT_DOUBLE_EQ(*parse_seconds("1"), 1);
  EXPECT_DOUBLE_EQ(*parse_seconds("0.5"), 0.5);
  EXPECT_DOUBLE_EQ(*parse_seconds("1s"), 1);
  EXPECT_DOUBLE_EQ(*parse_seconds("500ms"), 0.5);
  EXPECT_DOUBLE_EQ(*parse_seconds("2m"), 120);
  EXPECT_DOUBLE_EQ(*parse_seconds("2min"), 120);
  EXPECT_DOUBLE_EQ(*parse_seconds("1.5h"), 5'400);
  EXPECT_DOUBLE_EQ(*parse_seconds("1h30m"), 5'400);
  EXPECT_DOUBLE_EQ(*parse_seconds("7d"), 604'800);
}

TEST(ParseSecondsTest, RefusesWhatIsNoTimeAndSaysWhatToWrite) {
  for (const auto* text : {"", "s", "1 s", "1x", "1h30", "ten", "nan", "inf", "1e3s", "1ss",
                           "1m-5s", "--5s", "1,5s", "0x10s", "5 m", "5M"}) {
    const auto parsed = parse_seconds(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_NE(parsed.error().message.find("90s"), std::string::npos) << parsed.error().message;
  }
}

TEST(SecondsTextTest, IsInTheLargestUnitThatFits) {
  EXPECT_EQ(seconds_text(0.01), "10 ms");
  EXPECT_EQ(seconds_text(1), "1 s");
  EXPECT_EQ(seconds_text(90), "90 s");
  EXPECT_EQ(seconds_text(600), "10 min");
  EXPECT_EQ(seconds_text(86'400), "1 d");
  EXPECT_EQ(seconds_text(0), "0 s");
}

}  // namespace
}  // namespace muster::cli
