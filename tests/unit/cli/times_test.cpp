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
}

TEST(ParseDurationTest, RefusesWhatIsNotANumberAndAUnit) {
  for (const auto* text : {"", "h", "24", "24 h", "24hh", "-1h", "0h", "1.5h", "24w",
                           "99999999999999d", "9223372036854775807s", "92233720368547758070s"}) {
    const auto parsed = parse_duration(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_NE(parsed.error().message.find("24h"), std::string::npos) << "shows how it is written";
  }
}

}  // namespace
}  // namespace muster::cli
