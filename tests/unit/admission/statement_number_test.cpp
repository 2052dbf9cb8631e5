#include "orchestrator/admission/statement_number.hpp"

#include <gtest/gtest.h>

namespace muster::admission {
namespace {

constexpr std::int64_t kJudgedAtMs = 1'800'000'000'000;
const auto kHighestThen = static_cast<std::uint64_t>(kJudgedAtMs + kNumberAheadMax.count());

TEST(StatementNumberTest, OneThatRunsAheadOfTheClockIsNotBelieved) {
  EXPECT_TRUE(check_number(kHighestThen, kJudgedAtMs));
  const auto beyond = check_number(kHighestThen + 1, kJudgedAtMs);
  ASSERT_FALSE(beyond);
  EXPECT_EQ(beyond.error().code, Errc::refused);
}

TEST(StatementNumberTest, AMomentLaterThereIsOneMore) {
  EXPECT_TRUE(check_number(kHighestThen + 1, kJudgedAtMs + 1));
}

TEST(StatementNumberTest, WhatWeGiveIsBelievedByASlowerClockToo) {
  const auto slower_ms = kJudgedAtMs - kClocksDifferMax.count();
  const auto last = kHighestThen - static_cast<std::uint64_t>(kClocksDifferMax.count());
  EXPECT_TRUE(check_own_number(last, kJudgedAtMs));
  EXPECT_TRUE(check_number(last, slower_ms));
  const auto beyond = check_own_number(last + 2'000, kJudgedAtMs);
  ASSERT_FALSE(beyond);
  EXPECT_EQ(beyond.error().code, Errc::refused);
  EXPECT_NE(beyond.error().message.find("in 3 s"), std::string::npos) << beyond.error().message;
}

TEST(StatementNumberTest, ASmallOneIsBelievedWhateverTheClockSays) {
  EXPECT_TRUE(check_number(1, 0));
  EXPECT_TRUE(check_number(1, -1));
}

}  // namespace
}  // namespace muster::admission
