#include "proto/loop/waits.hpp"

#include <gtest/gtest.h>

#include "proto/loop/attempt.hpp"
#include "proto/loop/task.hpp"
#include "tests/support/virtual_loop/virtual_loop.hpp"

namespace muster::loop {
namespace {

using namespace std::chrono_literals;

class WaitsTest : public testing::Test {
 protected:
  Task<Woken> wait(std::chrono::milliseconds patience, Wait::Stops stops = Wait::Stops::yes) {
    Wait wait(waits_, stops);
    told_ = &wait;
    co_return co_await wait.until(patience);
  }
  void start(Task<Woken>& task) {
    task.start([this, &task] { woken_ = task.take(); });
  }

  fakes::VirtualLoop loop_;
  Waits waits_{loop_};
  Wait* told_ = nullptr;
  std::optional<Woken> woken_;
};

TEST_F(WaitsTest, AWaitEndsWhenItIsTold) {
  auto task = wait(5s);
  start(task);
  told_->tell();
  EXPECT_FALSE(woken_) << "not within the call";
  loop_.advance(0ms);
  EXPECT_EQ(woken_, Woken::told);
  EXPECT_TRUE(loop_.idle());
}

TEST_F(WaitsTest, AWaitEndsWithItsTime) {
  auto task = wait(5s);
  start(task);
  loop_.advance(4'999ms);
  EXPECT_FALSE(woken_);
  loop_.advance(1ms);
  EXPECT_EQ(woken_, Woken::late);
}

TEST_F(WaitsTest, AStopEndsThoseThatWaitAndThoseThatWouldWaitLater) {
  auto task = wait(1h);
  start(task);
  waits_.stop();
  loop_.advance(0ms);
  EXPECT_EQ(woken_, Woken::stopped);
  woken_.reset();
  auto later = wait(1h);
  start(later);
  EXPECT_EQ(woken_, Woken::stopped);
}

TEST_F(WaitsTest, WhatIsSaidInLeavingOutlivesTheStop) {
  waits_.stop();
  auto task = wait(3s, Wait::Stops::no);
  start(task);
  EXPECT_FALSE(woken_);
  loop_.advance(3s);
  EXPECT_EQ(woken_, Woken::late);
}

TEST_F(WaitsTest, OneThatIsDroppedLeavesNothingBehind) {
  {
    auto task = wait(1h);
    start(task);
    EXPECT_EQ(waits_.size(), 1U);
  }
  EXPECT_EQ(waits_.size(), 0U);
  EXPECT_TRUE(loop_.idle()) << "no timer is left";
}

Task<Status> passes_on(Task<Result<int>> asked, int& heard) {
  MUSTER_CO_ASSIGN(heard, co_await asked);
  co_return Status{};
}

Task<Result<int>> says(Result<int> what) {
  co_return what;
}

TEST(AttemptTest, AnErrorLeavesTheCoroutineAndAValueDoesNot) {
  int heard = 0;
  auto good = passes_on(says(7), heard);
  good.start([] {});
  EXPECT_TRUE(good.take());
  EXPECT_EQ(heard, 7);
  auto bad = passes_on(says(fail(Errc::timeout, "no answer")), heard);
  bad.start([] {});
  EXPECT_EQ(bad.take().error().code, Errc::timeout);
}

}  // namespace
}  // namespace muster::loop
