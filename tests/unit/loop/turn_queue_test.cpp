#include "proto/loop/real/turn_queue.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "tests/support/virtual_loop/virtual_loop.hpp"

namespace muster::loop {
namespace {

constexpr base::FairLimits kLimits{.items = 4, .per_sender = 2};

// The loop runs only when a test says so, on the test's thread.
class TurnQueueTest : public testing::Test {
 protected:
  using Queue = TurnQueue<std::string>;

  // What is posted by then, and what that posts.
  void run() { loop_.advance(std::chrono::milliseconds(0)); }
  void take(std::string item, Queue::Done done) {
    taken_.push_back(std::move(item));
    if (at_once_)
      done();
    else
      in_hand_ = std::move(done);
  }

  fakes::VirtualLoop loop_;
  const std::shared_ptr<ClosablePoster> poster_ = std::make_shared<ClosablePoster>(loop_);
  std::vector<std::string> taken_;
  std::uint64_t told_lost_ = 0;
  bool at_once_ = true;
  Queue::Done in_hand_;
  const std::shared_ptr<Queue> queue_ = std::make_shared<Queue>(
      poster_, "items", kLimits,
      [this](std::string item, Queue::Done done) { take(std::move(item), std::move(done)); },
      [this](std::uint64_t lost) { told_lost_ += lost; });
};

TEST_F(TurnQueueTest, SendersHaveATurnEach) {
  queue_->push("mallory", "m1", 1);
  queue_->push("mallory", "m2", 1);
  queue_->push("alice", "a1", 1);
  run();
  EXPECT_EQ(taken_, (std::vector<std::string>{"m1", "a1", "m2"}));
}

TEST_F(TurnQueueTest, TheNextOneComesWhenTheOneInHandIsDone) {
  at_once_ = false;
  queue_->push("alice", "first", 1);
  queue_->push("alice", "second", 1);
  run();
  EXPECT_EQ(taken_, std::vector<std::string>{"first"});
  std::exchange(in_hand_, nullptr)();
  run();
  EXPECT_EQ(taken_, (std::vector<std::string>{"first", "second"}));
}

TEST_F(TurnQueueTest, WhatDoesNotFitIsCountedAtOnceAndToldOnTheLoop) {
  EXPECT_EQ(queue_->push("mallory", "1", 1), 0U);
  EXPECT_EQ(queue_->push("mallory", "2", 1), 0U);
  EXPECT_EQ(queue_->push("mallory", "3", 1), 1U);
  EXPECT_EQ(told_lost_, 0U) << "who pushes may not be held up";
  run();
  EXPECT_EQ(told_lost_, 1U);
  EXPECT_EQ(taken_.size(), 2U);
}

TEST_F(TurnQueueTest, WhatIsLostIsToldAlsoWhileOneIsInHand) {
  at_once_ = false;
  queue_->push("alice", "first", 1);
  run();
  for (int i = 0; i < 3; ++i) queue_->push("mallory", "m", 1);
  run();
  EXPECT_EQ(told_lost_, 1U);
  EXPECT_EQ(taken_.size(), 1U);
}

TEST_F(TurnQueueTest, WhatComesOnceItIsClosedIsDropped) {
  queue_->close();
  queue_->push("alice", "late", 1);
  run();
  EXPECT_TRUE(taken_.empty());
}

TEST_F(TurnQueueTest, NothingIsTakenOnceThePosterIsClosed) {
  poster_->close();
  queue_->push("alice", "late", 1);
  run();
  EXPECT_TRUE(taken_.empty());
}

}  // namespace
}  // namespace muster::loop
