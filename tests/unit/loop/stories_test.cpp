#include "proto/loop/stories.hpp"

#include <gtest/gtest.h>

#include "proto/loop/waits.hpp"
#include "tests/support/virtual_loop/virtual_loop.hpp"

namespace muster::loop {
namespace {

using std::chrono::milliseconds;

class StoriesTest : public testing::Test {
 protected:
  Task<Status> sleeps(milliseconds time) {
    Wait wait(waits_);
    co_await wait.until(time);
    ++ended_;
    co_return Status{};
  }

  fakes::VirtualLoop loop_;
  Waits waits_{loop_};
  int ended_ = 0;
};

TEST_F(StoriesTest, EachGoesOnByItselfAndItsEndIsTold) {
  Stories stories;
  int told = 0;
  stories.on_end([&] { ++told; });
  stories.begin(sleeps(milliseconds(10)));
  stories.begin(sleeps(milliseconds(20)));
  EXPECT_EQ(stories.size(), 2U);
  loop_.advance(milliseconds(10));
  EXPECT_EQ(stories.size(), 1U);
  EXPECT_EQ(told, 1);
  loop_.advance(milliseconds(10));
  EXPECT_TRUE(stories.idle());
  EXPECT_EQ(ended_, 2);
}

TEST_F(StoriesTest, OneThatNeverWaitsHasEndedWhenItHasBegun) {
  Stories stories;
  stories.begin([](int& ended) -> Task<Status> {
    ++ended;
    co_return Status{};
  }(ended_));
  EXPECT_TRUE(stories.idle());
  EXPECT_EQ(ended_, 1);
}

TEST_F(StoriesTest, WhatHasNotEndedEndsWithItsOwner) {
  {
    Stories stories;
    stories.begin(sleeps(milliseconds(10)));
  }
  EXPECT_TRUE(loop_.idle()) << "no timer is left";
  EXPECT_EQ(waits_.size(), 0U);
}

TEST_F(StoriesTest, AnEndMayBeginTheNext) {
  Stories stories;
  stories.on_end([&] {
    if (ended_ < 3) stories.begin(sleeps(milliseconds(10)));
  });
  stories.begin(sleeps(milliseconds(10)));
  loop_.advance(milliseconds(100));
  EXPECT_EQ(ended_, 3);
  EXPECT_TRUE(stories.idle());
}

}  // namespace
}  // namespace muster::loop
