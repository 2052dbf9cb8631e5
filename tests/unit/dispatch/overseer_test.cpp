#include "node-agent/dispatch/overseer.hpp"

#include <gtest/gtest.h>

#include <atomic>

#include "tests/support/fakes/fake_clock.hpp"
#include "tests/support/fakes/wait_until.hpp"

namespace muster::agent {
namespace {

using std::chrono_literals::operator""s;

class OverseerTest : public testing::Test {
 protected:
  std::function<void(Overdue)> count() {
    return [this](Overdue why) {
      if (why == Overdue::stopping) ++given_up_;
      ++overdue_;
    };
  }

  fakes::FakeClock clock_;
  std::atomic<int> overdue_{0};
  std::atomic<int> given_up_{0};
  Overseer overseer_{clock_};
};

TEST_F(OverseerTest, WhatOverrunsItsDeadlineIsToldOnce) {
  const auto watched = overseer_.watch(clock_.steady() - 10s, count());
  EXPECT_TRUE(fakes::wait_until([this] { return overdue_ == 1; }));
  EXPECT_FALSE(overseer_.end(watched)) << "it has been told";
  EXPECT_EQ(overdue_, 1);
}

TEST_F(OverseerTest, WhatEndsInTimeIsNotTold) {
  const auto watched = overseer_.watch(clock_.steady() + 10s, count());
  EXPECT_TRUE(overseer_.end(watched));
  EXPECT_FALSE(overseer_.end(watched));
  clock_.advance(20s);
  overseer_.watch(clock_.steady() - 10s, count());  // makes it look
  EXPECT_TRUE(fakes::wait_until([this] { return overdue_ == 1; }));
}

TEST_F(OverseerTest, TheGraceBelongsToTheAction) {
  const auto watched = overseer_.watch(clock_.steady(), count());
  overseer_.watch(clock_.steady() - 10s, count());
  EXPECT_TRUE(fakes::wait_until([this] { return overdue_ == 1; }));
  EXPECT_TRUE(overseer_.end(watched));
}

TEST_F(OverseerTest, AnEarlierDeadlineIsNotKeptWaitingByALaterOne) {
  overseer_.watch(clock_.steady() + 1000s, count());
  overseer_.watch(clock_.steady() - 10s, count());
  EXPECT_TRUE(fakes::wait_until([this] { return overdue_ == 1; }));
}

TEST_F(OverseerTest, WhenTheAgentStopsAllAreToldAtOnce) {
  const auto first = overseer_.watch(clock_.steady() + 1000s, count());
  overseer_.watch(clock_.steady() + 2000s, count());
  overseer_.give_up();
  EXPECT_EQ(given_up_, 2);
  EXPECT_FALSE(overseer_.end(first));
  overseer_.give_up();
  EXPECT_EQ(given_up_, 2) << "once";
}

}  // namespace
}  // namespace muster::agent
