#include "proto/base/throttle.hpp"

#include <gtest/gtest.h>

#include "tests/support/fakes/fake_clock.hpp"

namespace muster::base {
namespace {

using std::chrono_literals::operator""s;
using std::chrono_literals::operator""ms;

class ThrottleTest : public testing::Test {
 protected:
  int passed_of(std::string_view name, int tries) {
    int passed = 0;
    for (int i = 0; i < tries; ++i)
      if (throttle_.pass(name)) ++passed;
    return passed;
  }

  fakes::FakeClock clock_;
  Throttle throttle_{clock_, {.burst = 5, .every = 10s, .names_max = 3}};
};

TEST_F(ThrottleTest, ABurstPassesAndThenOneInItsTime) {
  EXPECT_EQ(passed_of("alice", 1'000), 5);
  clock_.advance(9'999ms);
  EXPECT_EQ(passed_of("alice", 10), 0);
  clock_.advance(1ms);
  EXPECT_EQ(passed_of("alice", 10), 1);
}

TEST_F(ThrottleTest, WhoPassesHearsHowManyWereLeftOutBefore) {
  EXPECT_EQ(throttle_.pass("alice"), 0U);
  passed_of("alice", 104);
  clock_.advance(10s);
  EXPECT_EQ(throttle_.pass("alice"), 100U);
  clock_.advance(10s);
  EXPECT_EQ(throttle_.pass("alice"), 0U) << "each is told once";
}

TEST_F(ThrottleTest, OneNamesFloodLeavesAnotherItsShare) {
  passed_of("mallory", 10'000);
  EXPECT_EQ(passed_of("alice", 5), 5);
}

TEST_F(ThrottleTest, AFloodHasEndedOnceAWholeBurstWasEarned) {
  passed_of("mallory", 25);
  clock_.advance(49s);
  EXPECT_TRUE(throttle_.ended().empty());
  clock_.advance(1s);
  const auto ended = throttle_.ended();
  ASSERT_EQ(ended.size(), 1U);
  EXPECT_EQ(ended[0].name, "mallory");
  EXPECT_EQ(ended[0].count, 20U);
  EXPECT_TRUE(throttle_.ended().empty()) << "told once";
}

TEST_F(ThrottleTest, TheLastWordNamesAllThatWasLeftOut) {
  passed_of("alice", 7);
  passed_of("mallory", 6);
  passed_of("quiet", 5);
  const auto all = throttle_.all();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].count, 2U);
  EXPECT_EQ(all[1].count, 1U);
  EXPECT_TRUE(throttle_.all().empty());
}

TEST_F(ThrottleTest, NamesBeyondTheLimitShareOneBucketUntilOthersAreQuiet) {
  passed_of("a", 6);
  passed_of("b", 6);
  passed_of("c", 6);
  EXPECT_EQ(passed_of("d", 3), 3);
  EXPECT_EQ(passed_of("e", 10), 2) << "what d left of the shared bucket";
  clock_.advance(50s);
  throttle_.ended();
  EXPECT_EQ(passed_of("d", 10), 5) << "a, b and c are forgotten";
  EXPECT_EQ(passed_of("e", 10), 5);
}

}  // namespace
}  // namespace muster::base
