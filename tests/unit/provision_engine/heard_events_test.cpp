#include "orchestrator/provision/heard_events.hpp"

#include <gtest/gtest.h>

#include "tests/support/virtual_loop/virtual_loop.hpp"

namespace muster::provision {
namespace {

using namespace std::chrono_literals;

class HeardEventsTest : public testing::Test {
 protected:
  Status wait(std::int64_t since_ms) {
    auto waiting = events_.wait("drained", "lb", since_ms, 10s);
    waiting.start([] {});
    EXPECT_TRUE(loop_.advance_until([&] { return waiting.ended(); }, 1min));
    return waiting.take();
  }
  fakes::VirtualLoop loop_;
  loop::Waits waits_{loop_};
  HeardEvents events_{waits_};
};

TEST_F(HeardEventsTest, WhatWasHeardSinceThenCounts) {
  events_.heard("drained", "lb", 100);
  EXPECT_TRUE(wait(100));
  EXPECT_EQ(wait(101).error().code, Errc::timeout);
}

TEST_F(HeardEventsTest, AnOldOneThatComesAgainNeitherCountsNorEndsTheWaitNorHidesANewerOne) {
  events_.heard("drained", "lb", 50);
  auto waiting = events_.wait("drained", "lb", 100, 10s);
  waiting.start([] {});
  events_.heard("drained", "lb", 50);
  loop_.advance(1s);
  EXPECT_FALSE(waiting.ended());
  events_.heard("drained", "lb", 100);
  loop_.advance(1s);
  ASSERT_TRUE(waiting.ended());
  EXPECT_TRUE(waiting.take());
  events_.heard("drained", "lb", 50);
  EXPECT_TRUE(wait(100));
}

TEST_F(HeardEventsTest, AnEventIsAsOldAsItSaysButForAClockThatDiffers) {
  constexpr std::int64_t kNow = 1'000'000;
  const auto room = kEventClockRoom.count();
  EXPECT_EQ(event_counts_at(kNow, kNow), kNow);
  EXPECT_EQ(event_counts_at(kNow - room, kNow), kNow) << "a clock that is behind";
  EXPECT_EQ(event_counts_at(kNow - room - 5, kNow), kNow - 5) << "told before, whenever heard";
  EXPECT_EQ(event_counts_at(kNow + room, kNow), kNow) << "a clock that is ahead";
  EXPECT_FALSE(event_counts_at(kNow + room + 1, kNow));
}

TEST_F(HeardEventsTest, OfManyTheFirstAreForgotten) {
  events_.heard("drained", "lb", 100);
  for (std::size_t i = 0; i < kHeardEventsKept; ++i)
    events_.heard("drained", "n" + std::to_string(i), 100);
  EXPECT_FALSE(wait(100));
}

TEST_F(HeardEventsTest, AStopEndsTheWait) {
  auto waiting = events_.wait("drained", "lb", 0, 10s);
  waiting.start([] {});
  waits_.stop();
  loop_.advance(1ms);
  ASSERT_TRUE(waiting.ended());
  EXPECT_EQ(waiting.take().error().code, Errc::unavailable);
}

}  // namespace
}  // namespace muster::provision
