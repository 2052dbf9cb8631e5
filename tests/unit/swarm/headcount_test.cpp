#include "tests/swarm/node/headcount.hpp"

#include <gmock/gmock.h>

#include "tests/support/fakes/fake_clock.hpp"

namespace muster::swarm {
namespace {

using std::chrono::milliseconds;

class HeadcountTest : public testing::Test {
 protected:
  fakes::FakeClock clock_;
  std::vector<Headcount::Complete> told_;
  Headcount headcount_{clock_, 3, [this](const auto& complete) { told_.push_back(complete); }};
};

TEST_F(HeadcountTest, ItIsToldOnceWhenTheLastHasCome) {
  headcount_.came();
  clock_.advance(milliseconds(400));
  headcount_.came();
  EXPECT_TRUE(told_.empty());
  clock_.advance(milliseconds(1'500));
  headcount_.came();
  ASSERT_EQ(told_.size(), 1U);
  EXPECT_FALSE(told_.front().again);
  EXPECT_EQ(told_.front().took, milliseconds(1'900));
  EXPECT_EQ(told_.front().peak_in_a_second, 2U);
}

TEST_F(HeadcountTest, WhoIsLostAndComesBackIsTimedFromTheFirstLoss) {
  for (int i = 0; i < 3; ++i) headcount_.came();
  clock_.advance(milliseconds(5'000));
  for (int i = 0; i < 3; ++i) headcount_.went();
  EXPECT_EQ(headcount_.present(), 0U);
  clock_.advance(milliseconds(700));
  for (int i = 0; i < 3; ++i) headcount_.came();
  ASSERT_EQ(told_.size(), 2U);
  EXPECT_TRUE(told_.back().again);
  EXPECT_EQ(told_.back().took, milliseconds(700));
  EXPECT_EQ(told_.back().peak_in_a_second, 3U);
}

}  // namespace
}  // namespace muster::swarm
