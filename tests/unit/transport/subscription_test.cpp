#include "proto/transport/subscription.hpp"

#include <gtest/gtest.h>

#include <future>

#include "tests/support/fakes/wait_until.hpp"
#include "tests/support/memory_bus/memory_bus.hpp"

namespace muster::transport {
namespace {

using namespace std::chrono_literals;

class SubscriptionTest : public testing::Test {
 protected:
  Subscription listen(std::atomic<int>& heard) {
    return bus_->subscribe("a/+", Qos::at_least_once, [&heard](const Message&) { ++heard; })
        .value();
  }
  // Sent, and heard by everybody who listens.
  void send() {
    std::atomic<int> arrived{0};
    const auto last =
        bus_->subscribe("end", Qos::at_least_once, [&](const Message&) { ++arrived; });
    ASSERT_TRUE(bus_->publish("a/b", "x", {}));
    ASSERT_TRUE(bus_->publish("end", "x", {}));
    ASSERT_TRUE(fakes::wait_until([&] { return arrived == 1; }));
  }

  test::MemoryBroker broker_;
  std::unique_ptr<Bus> bus_ = broker_.connect("n1");
};

TEST_F(SubscriptionTest, ItEndsWithWhoeverHoldsIt) {
  std::atomic<int> heard{0};
  {
    const auto held = listen(heard);
    send();
    EXPECT_EQ(heard, 1);
  }
  send();
  EXPECT_EQ(heard, 1);
}

TEST_F(SubscriptionTest, OneOfTwoEqualOnesLeavesTheOther) {
  std::atomic<int> first{0};
  std::atomic<int> second{0};
  auto one = listen(first);
  const auto two = listen(second);
  send();
  one.end();
  send();
  EXPECT_EQ(first, 1);
  EXPECT_EQ(second, 2);
}

TEST_F(SubscriptionTest, AMovedOneGoesOn) {
  std::atomic<int> heard{0};
  auto one = listen(heard);
  Subscription other;
  EXPECT_FALSE(other);
  other = std::move(one);
  send();
  EXPECT_EQ(heard, 1);
  other = Subscription();
  send();
  EXPECT_EQ(heard, 1);
}

TEST_F(SubscriptionTest, WhatOverlapsIsRefused) {
  std::atomic<int> heard{0};
  const auto held = listen(heard);
  const auto refused = bus_->subscribe("a/#", Qos::at_least_once, [](const Message&) {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::config);
}

TEST_F(SubscriptionTest, AllAreSubscribedToOrNone) {
  std::atomic<int> heard{0};
  const auto count = [&heard](const Message&) { ++heard; };
  const auto refused = bus_->subscribe_all({"b", "a/+", "a/#"}, Qos::at_least_once, count);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::config);
  send();
  EXPECT_EQ(heard, 0);
  const auto held = bus_->subscribe_all({"b", "a/+"}, Qos::at_least_once, count);
  ASSERT_TRUE(held) << held.error().message;
  EXPECT_EQ(held->size(), 2U);
  send();
  EXPECT_EQ(heard, 1);
}

TEST_F(SubscriptionTest, ItMayOutliveItsBus) {
  std::atomic<int> heard{0};
  auto held = listen(heard);
  bus_.reset();
  held.end();
}

TEST(TakerTest, WhenItHasEndedTheHandlerDoesNotRun) {
  std::promise<void> begun;
  std::promise<void> may_go_on;
  std::atomic<bool> done{false};
  Taker taker([&](const Message&) {
    begun.set_value();
    may_go_on.get_future().wait();
    done = true;
  });
  auto running = std::async(std::launch::async, [&] { taker.take({"a", "", false}); });
  begun.get_future().wait();
  auto ending = std::async(std::launch::async, [&] {
    taker.end();
    return done.load();
  });
  EXPECT_EQ(ending.wait_for(20ms), std::future_status::timeout) << "it waits for the handler";
  may_go_on.set_value();
  EXPECT_TRUE(ending.get());
  running.get();
  taker.take({"a", "", false});  // would throw: the promise has been kept
}

}  // namespace
}  // namespace muster::transport
