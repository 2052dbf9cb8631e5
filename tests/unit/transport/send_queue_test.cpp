#include "proto/transport/mqtt/send_queue.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "proto/transport/mqtt/mqtt_bus.hpp"

namespace muster::transport::mqtt {
namespace {

using std::chrono::milliseconds;

TEST(SendQueueTest, WhatIsNotAcknowledgedIsSentAgainInOrder) {
  SendQueue send_queue;
  const auto first = send_queue.put("a", "1", {});
  const auto second = send_queue.put("b", "2", {});
  const auto third = send_queue.put("c", "3", {});
  send_queue.done(second->number);
  const auto again = send_queue.unacknowledged();
  ASSERT_EQ(again.size(), 2U);
  EXPECT_EQ(*again[0].topic, "a");
  EXPECT_EQ(*again[0].payload, "1");
  EXPECT_EQ(*again[1].topic, "c");
  EXPECT_EQ(send_queue.size(), 2U);
}

TEST(SendQueueTest, AtMostOnceIsForgottenWithTheLink) {
  SendQueue send_queue;
  ASSERT_TRUE(send_queue.put("a", "1", {.qos = Qos::at_most_once}));
  EXPECT_TRUE(send_queue.unacknowledged().empty());
  EXPECT_EQ(send_queue.size(), 0U);
  EXPECT_TRUE(send_queue.wait_done(milliseconds(0)));
}

TEST(SendQueueTest, TheMessageAboveTheLimitIsRefusedAndTheNextOneAfterADeliveryIsNot) {
  SendQueue send_queue;
  const auto first = send_queue.put("a", "", {});
  for (std::size_t i = 1; i < kOutgoingQueueMax; ++i) ASSERT_TRUE(send_queue.put("a", "", {}));
  const auto refused = send_queue.put("a", "", {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::limit);
  EXPECT_NE(refused.error().message.find("8192"), std::string::npos) << refused.error().message;
  send_queue.done(first->number);
  EXPECT_TRUE(send_queue.put("a", "", {}));
}

TEST(SendQueueTest, BytesAreLimitedToo) {
  SendQueue send_queue;
  const std::string big(kOutgoingBytesMax / 2, 'x');
  const auto first = send_queue.put("", big, {});
  ASSERT_TRUE(send_queue.put("", big, {}));
  EXPECT_FALSE(send_queue.put("", "x", {}));
  send_queue.done(first->number);
  EXPECT_TRUE(send_queue.put("", "x", {}));
}

TEST(SendQueueTest, WaitingEndsWithTheLastDeliveryAndIgnoresWhatCameLater) {
  SendQueue send_queue;
  const auto first = send_queue.put("a", "1", {});
  EXPECT_FALSE(send_queue.wait_done(milliseconds(1)));
  std::thread acknowledge([&] {
    static_cast<void>(send_queue.put("a", "later", {}));
    send_queue.done(first->number);
  });
  EXPECT_TRUE(send_queue.wait_done(std::chrono::seconds(20)) || send_queue.size() == 1);
  acknowledge.join();
  EXPECT_EQ(send_queue.size(), 1U);
}

TEST(SendQueueTest, AnUnknownAcknowledgementChangesNothing) {
  SendQueue send_queue;
  const auto first = send_queue.put("a", "1", {});
  send_queue.done(first->number + 1);
  EXPECT_EQ(send_queue.size(), 1U);
  send_queue.done(first->number);
  send_queue.done(first->number);
  EXPECT_EQ(send_queue.size(), 0U);
}

}  // namespace
}  // namespace muster::transport::mqtt
