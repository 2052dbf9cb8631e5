#include "proto/base/clock.hpp"

#include <gmock/gmock.h>

#include "tests/support/fakes/fake_clock.hpp"

namespace muster::base {
namespace {

TEST(ClockTest, Iso8601HasMillisecondsAndUtc) {
  EXPECT_EQ(iso8601(0), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(iso8601(1'795'241'593'250), "2026-11-21T06:13:13.250Z");
}

TEST(ClockTest, Iso8601BeforeTheEpochCountsMillisecondsUpwards) {
  EXPECT_EQ(iso8601(-1), "1969-12-31T23:59:59.999Z");
}

TEST(ClockTest, OffsetMovesTheWallClockAlone) {
  const fakes::FakeClock under;
  OffsetClock clock(under);
  clock.set_offset_ms(-5000);
  EXPECT_EQ(clock.unix_ms(), fakes::FakeClock::kStartMs - 5000);
  EXPECT_EQ(clock.steady(), under.steady());
}

TEST(ClockTest, ACorrectionEndsWhenTheClockBelowIsSetRight) {
  using std::chrono_literals::operator""h;
  fakes::FakeClock under;
  OffsetClock clock(under);
  clock.set_offset_ms(-3'600'000);
  under.advance(1h);
  const auto right = clock.unix_ms();
  under.set_unix_ms(right);
  EXPECT_EQ(clock.unix_ms(), right);
  under.set_unix_ms(right + 3'600'000);
  EXPECT_EQ(clock.unix_ms(), right + 3'600'000) << "ended for good";
}

TEST(ClockTest, ACorrectionStaysWhileTheClockBelowGoesOn) {
  using std::chrono_literals::operator""h;
  fakes::FakeClock under;
  OffsetClock clock(under);
  clock.set_offset_ms(-3'600'000);
  under.advance(100h);
  EXPECT_EQ(clock.offset_ms(), -3'600'000);
}

TEST(ClockTest, SystemClockIsNearTheTimeOfThisTest) {
  const SystemClock clock;
  EXPECT_GT(clock.unix_ms(), 1'700'000'000'000);
  const auto earlier = clock.steady();
  EXPECT_LE(earlier, clock.steady());
}

}  // namespace
}  // namespace muster::base
