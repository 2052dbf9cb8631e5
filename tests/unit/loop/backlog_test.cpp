#include "proto/loop/real/backlog.hpp"

#include <gmock/gmock.h>

#include <vector>

namespace muster::loop {
namespace {

// A loop that has room when the test says so.
class NarrowLoop final : public Poster {
 public:
  bool post(std::function<void()> task) override {
    if (!has_room) return false;
    tasks.push_back(std::move(task));
    return true;
  }
  void run() {
    while (!tasks.empty()) std::exchange(tasks, {}).front()();
  }

  bool has_room = true;
  std::vector<std::function<void()>> tasks;
};

class BacklogTest : public testing::Test {
 protected:
  bool add(int number) {
    return backlog_->add([this, number] { done_.push_back(number); });
  }

  NarrowLoop loop_;
  std::shared_ptr<Backlog> backlog_ = std::make_shared<Backlog>(loop_, 3'000);
  std::vector<int> done_;
};

TEST_F(BacklogTest, WhatIsAddedIsDoneInItsOrderAndTakesOnePlaceOfTheLoops) {
  for (const int number : {1, 2, 3}) EXPECT_TRUE(add(number));
  EXPECT_EQ(loop_.tasks.size(), 1U);
  loop_.run();
  EXPECT_THAT(done_, testing::ElementsAre(1, 2, 3));
}

TEST_F(BacklogTest, ALoopThatHasNoRoomForAWhileLosesNothing) {
  loop_.has_room = false;
  EXPECT_TRUE(add(1));
  EXPECT_TRUE(add(2));
  loop_.has_room = true;
  backlog_->ask_again();
  backlog_->ask_again();
  EXPECT_EQ(loop_.tasks.size(), 1U);
  loop_.run();
  EXPECT_THAT(done_, testing::ElementsAre(1, 2));
}

TEST_F(BacklogTest, TheNextThatIsAddedAsksAgain) {
  loop_.has_room = false;
  EXPECT_TRUE(add(1));
  loop_.has_room = true;
  EXPECT_TRUE(add(2));
  loop_.run();
  EXPECT_THAT(done_, testing::ElementsAre(1, 2));
}

TEST_F(BacklogTest, BeyondItsLimitItSaysSo) {
  loop_.has_room = false;
  for (int number = 0; number < 3'000; ++number) ASSERT_TRUE(add(number));
  EXPECT_FALSE(add(3'000));
}

TEST_F(BacklogTest, ManyLeaveTheLoopToOthersBetween) {
  for (int number = 0; number < 3'000; ++number) ASSERT_TRUE(add(number));
  const auto turn = std::exchange(loop_.tasks, {});
  ASSERT_EQ(turn.size(), 1U);
  turn.front()();
  EXPECT_EQ(done_.size(), kBacklogTurn);
  loop_.run();
  EXPECT_EQ(done_.size(), 3'000U);
}

}  // namespace
}  // namespace muster::loop
