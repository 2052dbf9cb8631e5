#include "proto/security/replay_window.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <limits>
#include <thread>

#include "tests/support/fakes/fake_clock.hpp"
#include "tests/support/pki/test_pki.hpp"

namespace muster::security {
namespace {

using testing::HasSubstr;
using ms = std::chrono::milliseconds;
constexpr std::int64_t kWindowStart = 1'700'000'000'000;
constexpr std::int64_t kTtl = 60'000;

class ReplayWindowTest : public testing::Test {
 protected:
  fakes::FakeClock clock_{kWindowStart};
  ReplayWindow window_{clock_, kWindowStart - 1'000'000};
};

TEST_F(ReplayWindowTest, SameIdIsAdmittedOnce) {
  EXPECT_TRUE(window_.admit({"alice", "a", kWindowStart, kTtl}));
  const auto again = window_.admit({"alice", "a", kWindowStart, kTtl});
  EXPECT_EQ(again.error().code, Errc::refused);
  EXPECT_THAT(again.error().message, HasSubstr("replayed"));
  EXPECT_TRUE(window_.admit({"alice", "b", kWindowStart, kTtl}));
}

TEST_F(ReplayWindowTest, SameIdWithAnotherTimeIsStillAReplay) {
  EXPECT_TRUE(window_.admit({"alice", "a", kWindowStart, kTtl}));
  EXPECT_EQ(window_.admit({"alice", "a", kWindowStart + 1, kTtl}).error().code, Errc::refused);
}

TEST_F(ReplayWindowTest, TimeToLiveEndsToTheMillisecond) {
  clock_.advance(ms(kTtl));
  EXPECT_TRUE(window_.admit({"alice", "a", kWindowStart, kTtl}));
  clock_.advance(ms(1));
  const auto late = window_.admit({"alice", "b", kWindowStart, kTtl});
  EXPECT_EQ(late.error().code, Errc::expired);
  EXPECT_THAT(late.error().message, HasSubstr("clock"));
}

TEST_F(ReplayWindowTest, ReplayAfterItsTimeIsExpiredAndNotForgotten) {
  EXPECT_TRUE(window_.admit({"alice", "a", kWindowStart, kTtl}));
  clock_.advance(ms(kTtl + 1));
  EXPECT_EQ(window_.admit({"alice", "a", kWindowStart, kTtl}).error().code, Errc::expired);
}

TEST_F(ReplayWindowTest, SendersClockMayBeAheadByTheSkewAndNoMore) {
  EXPECT_TRUE(window_.admit({"alice", "a", kWindowStart + kClockSkewMaxMs, kTtl}));
  const auto ahead = window_.admit({"alice", "b", kWindowStart + kClockSkewMaxMs + 1, kTtl});
  EXPECT_EQ(ahead.error().code, Errc::expired);
  EXPECT_THAT(ahead.error().message, HasSubstr("in the future"));
}

TEST_F(ReplayWindowTest, SendersClockMayBeBehindByTheTimeToLive) {
  EXPECT_TRUE(window_.admit({"alice", "a", kWindowStart - kTtl, kTtl}));
  EXPECT_EQ(window_.admit({"alice", "b", kWindowStart - kTtl - 1, kTtl}).error().code,
            Errc::expired);
}

TEST_F(ReplayWindowTest, WhatWasSentBeforeTheAgentListenedIsRefused) {
  ReplayWindow fresh(clock_, kWindowStart);
  EXPECT_TRUE(fresh.admit({"alice", "a", kWindowStart, kTtl}));
  const auto before = fresh.admit({"alice", "b", kWindowStart - 1, kTtl});
  EXPECT_EQ(before.error().code, Errc::expired);
  EXPECT_THAT(before.error().message, HasSubstr("began to listen"));
}

TEST_F(ReplayWindowTest, AClockThatWasAheadAtStartDoesNotMakeTheNodeDeaf) {
  constexpr std::int64_t kHour = 3'600'000;
  clock_.set_unix_ms(kWindowStart + kHour);
  ReplayWindow fresh(clock_, clock_.unix_ms());
  clock_.advance(ms(10));
  clock_.set_unix_ms(kWindowStart + 10);
  EXPECT_TRUE(fresh.admit({"alice", "a", kWindowStart + 5, kTtl}));
  EXPECT_EQ(fresh.admit({"alice", "b", kWindowStart - 1, kTtl}).error().code, Errc::expired);
}

TEST_F(ReplayWindowTest, AClockThatWasBehindAtStartBringsNoEarlierMessageBack) {
  constexpr std::int64_t kHour = 3'600'000;
  clock_.set_unix_ms(kWindowStart - kHour);
  ReplayWindow fresh(clock_, clock_.unix_ms());
  clock_.set_unix_ms(kWindowStart);
  EXPECT_EQ(fresh.admit({"alice", "a", kWindowStart - 1, kTtl}).error().code, Errc::expired);
}

TEST_F(ReplayWindowTest, IdsAndTimesBeyondTheirLimitsAreInvalid) {
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  constexpr auto least = std::numeric_limits<std::int64_t>::min();
  EXPECT_EQ(window_.admit({"alice", "", kWindowStart, kTtl}).error().code, Errc::invalid_data);
  EXPECT_EQ(window_.admit({"alice", std::string(65, 'x'), kWindowStart, kTtl}).error().code,
            Errc::invalid_data);
  for (const auto ttl : {std::int64_t{0}, std::int64_t{-1}, kTtlMaxMs + 1, most, least})
    EXPECT_EQ(window_.admit({"alice", "a", kWindowStart, ttl}).error().code, Errc::invalid_data)
        << ttl;
  for (const auto sent : {std::int64_t{-1}, most, least})
    EXPECT_EQ(window_.admit({"alice", "a", sent, kTtl}).error().code, Errc::invalid_data) << sent;
}

TEST_F(ReplayWindowTest, WhoFillsTheirShareIsRefusedAndNobodyElse) {
  for (std::size_t i = 0; i < kReplayShareMax; ++i)
    ASSERT_TRUE(window_.admit({"mallory", std::to_string(i), kWindowStart, kTtl}));
  const auto more = window_.admit({"mallory", "more", kWindowStart, kTtl});
  EXPECT_EQ(more.error().code, Errc::limit);
  EXPECT_THAT(more.error().message, HasSubstr("'mallory'"));
  EXPECT_TRUE(window_.admit({"alice", "more", kWindowStart, kTtl}));
  EXPECT_EQ(window_.admit({"mallory", "0", kWindowStart, kTtl}).error().code, Errc::refused)
      << "still known";
  clock_.advance(ms(kTtl + 1));
  EXPECT_TRUE(window_.admit({"mallory", "more", clock_.unix_ms(), kTtl}));
}

TEST_F(ReplayWindowTest, FullWindowRefusesUntilIdsExpire) {
  for (std::size_t i = 0; i < kReplayWindowMax; ++i)
    ASSERT_TRUE(window_.admit(
        {"c" + std::to_string(i / kReplayShareMax), std::to_string(i), kWindowStart, kTtl}));
  EXPECT_EQ(window_.admit({"alice", "more", kWindowStart, kTtl}).error().code, Errc::limit);
  clock_.advance(ms(kTtl + 1));
  EXPECT_TRUE(window_.admit({"alice", "more", clock_.unix_ms(), kTtl}));
}

TEST_F(ReplayWindowTest, ACheckRemembersNothing) {
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(window_.check({"alice", "a", kWindowStart, kTtl}));
  ASSERT_TRUE(window_.admit({"alice", "a", kWindowStart, kTtl}));
  EXPECT_EQ(window_.check({"alice", "a", kWindowStart, kTtl}).error().code, Errc::refused);
}

TEST_F(ReplayWindowTest, NobodyCanUseUpAnothersId) {
  ASSERT_TRUE(window_.admit({"mallory", "a", kWindowStart, kTtl}));
  EXPECT_TRUE(window_.admit({"alice", "a", kWindowStart, kTtl}));
}

TEST_F(ReplayWindowTest, ShortLivedIdsMakeRoomBeforeOlderLongLivedOnes) {
  ASSERT_TRUE(window_.admit({"alice", "long", kWindowStart, kTtlMaxMs}));
  for (std::size_t i = 1; i < kReplayShareMax; ++i)
    ASSERT_TRUE(window_.admit({"alice", std::to_string(i), kWindowStart, 1000}));
  clock_.advance(ms(1001));
  EXPECT_TRUE(window_.admit({"alice", "next", clock_.unix_ms(), kTtl}));
  EXPECT_EQ(window_.admit({"alice", "long", kWindowStart, kTtlMaxMs}).error().code, Errc::refused);
}

TEST_F(ReplayWindowTest, ClockSetBackBringsNoForgottenRequestBack) {
  ASSERT_TRUE(window_.admit({"alice", "a", kWindowStart, kTtl}));
  clock_.advance(ms(kTtl + 1));
  ASSERT_TRUE(window_.admit({"alice", "b", clock_.unix_ms(), kTtl}));  // "a" is forgotten here
  clock_.set_unix_ms(kWindowStart);
  const auto again = window_.admit({"alice", "a", kWindowStart, kTtl});
  EXPECT_EQ(again.error().code, Errc::expired);
  EXPECT_THAT(again.error().message, HasSubstr("set back"));
  EXPECT_TRUE(
      window_.admit({"alice", "c", kWindowStart + 1, kTtl}));  // outlives whatever was forgotten
}

TEST_F(ReplayWindowTest, AnAnswerToUsShowsThatItsSenderIsBehindAndNotOld) {
  ReplayWindow fresh(clock_, kWindowStart);
  ASSERT_FALSE(fresh.admit({"alice", "a", kWindowStart - 1'500, kTtl}));
  fresh.clock_compared(kWindowStart - 1'500);
  EXPECT_TRUE(fresh.admit({"alice", "a", kWindowStart - 1'500, kTtl}));
  EXPECT_FALSE(fresh.admit({"alice", "b", kWindowStart - 1'501, kTtl}));
}

TEST_F(ReplayWindowTest, AWindowOpenedByAClockThatWasAnHourAheadIsOpenOnceItIsRight) {
  constexpr std::int64_t kHour = 3'600'000;
  ReplayWindow fresh(clock_, kWindowStart);
  clock_.advance(ms(300));
  clock_.set_unix_ms(clock_.unix_ms() - kHour);
  fresh.clock_compared(clock_.unix_ms());
  EXPECT_TRUE(fresh.admit({"alice", "a", clock_.unix_ms(), kTtl}));
  EXPECT_FALSE(fresh.admit({"alice", "b", kWindowStart - kHour - 1, kTtl}));  // before we opened
}

TEST_F(ReplayWindowTest, AClockThatWasBehindOpensNothingOlder) {
  constexpr std::int64_t kYear = 31'536'000'000;
  ReplayWindow fresh(clock_, kWindowStart);
  clock_.advance(ms(300));
  clock_.set_unix_ms(clock_.unix_ms() + kYear);
  fresh.clock_compared(clock_.unix_ms());
  EXPECT_TRUE(fresh.admit({"alice", "a", kWindowStart + kYear, kTtl}));
  EXPECT_FALSE(fresh.admit({"alice", "b", kWindowStart + kYear - 1, kTtl}));
}

TEST_F(ReplayWindowTest, OfManyThreadsExactlyOneWins) {
  for (int round = 0; round < 50; ++round) {
    std::atomic<int> admitted{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i)
      threads.emplace_back([&, id = std::to_string(round)] {
        if (window_.admit({"alice", id, kWindowStart, kTtl})) ++admitted;
      });
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(admitted, 1);
  }
}

}  // namespace
}  // namespace muster::security
