#include "node-agent/daemon/request_queue.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/loop/real/event_loop.hpp"
#include "tests/unit/dispatch/gate_surroundings.hpp"

namespace muster::agent {
namespace {

using testing::HasSubstr;

// The loop runs only when a test says so, on the test's thread.
class RequestQueueTest : public testing::Test {
 protected:
  void push(const std::string& sender, const std::string& payload = "a request") {
    queue_.push({Feed::agents,
                 {.payload = payload,
                  .direct = false,
                  .sender = sender,
                  .received = around_.clock.steady()},
                 1});
  }
  // Until nothing waits any more.
  void run() {
    while (queue_.waiting() > 0) turn();
  }
  void turn() {
    ASSERT_TRUE(loop_.post([this] { loop_.stop(); }));
    loop_.run();
  }

  GateSurroundings around_;
  loop::EventLoop loop_{around_.clock};
  std::vector<std::string> taken_;  // senders
  RequestQueue queue_{
      loop_, around_.statistics, around_.audit,
      [this](const RequestQueue::Entry& entry) { taken_.push_back(entry.incoming.sender); }};
};

TEST_F(RequestQueueTest, SendersHaveATurnEach) {
  push("mallory");
  push("mallory");
  push("mallory");
  push("alice");
  turn();
  ASSERT_GE(taken_.size(), 2U);
  EXPECT_EQ(taken_[1], "alice");
}

TEST_F(RequestQueueTest, AFullLineIsToldByTheLoopNotByTheBusThread) {
  for (std::size_t i = 0; i <= kRequestQueue.per_sender; ++i) push("");
  EXPECT_EQ(around_.statistics.busy, 1U);
  EXPECT_EQ(around_.audit.counts().written, 0U) << "the disk may be slow";
  turn();
  EXPECT_THAT(around_.folder.read("audit.log"), HasSubstr("faster than they can be verified"));
}

// By the broker's word, whatever certificate the messages carry.
TEST_F(RequestQueueTest, AFloodUnderOneCallersNameTakesNoOthersPlace) {
  for (std::size_t i = 0; i < 2 * kRequestQueue.items; ++i) push("mallory");
  push("alice");
  turn();
  EXPECT_THAT(taken_, testing::Contains("alice"));
}

TEST_F(RequestQueueTest, WhatElseTheLoopHasToDoNeedNotWaitForAFlood) {
  for (int i = 0; i < 1'000; ++i) push("mallory");
  std::size_t before = 0;
  ASSERT_TRUE(loop_.post([this, &before] { before = taken_.size(); }));
  turn();
  EXPECT_EQ(before, 1U);
}

}  // namespace
}  // namespace muster::agent
