#include "orchestrator/admission/statement_number.hpp"

#include <gtest/gtest.h>

namespace muster::admission {
namespace {

constexpr std::int64_t kNowMs = 1'800'000'000'000;
const auto kHighest = static_cast<std::uint64_t>(kNowMs + kNumberAheadMax.count());

TEST(StatementNumberTest, OneThatRunsAheadOfTheClockIsNotBelieved) {
  EXPECT_TRUE(check_number(kHighest, kNowMs));
  const auto beyond = check_number(kHighest + 1, kNowMs);
  ASSERT_FALSE(beyond);
  EXPECT_EQ(beyond.error().code, Errc::refused);
}

TEST(StatementNumberTest, AMomentLaterThereIsOneMore) {
  EXPECT_TRUE(check_number(kHighest + 1, kNowMs + 1));
}

TEST(StatementNumberTest, ASmallOneIsBelievedWhateverTheClockSays) {
  EXPECT_TRUE(check_number(1, 0));
  EXPECT_TRUE(check_number(1, -1));
}

}  // namespace
}  // namespace muster::admission
