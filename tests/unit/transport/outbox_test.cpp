#include "proto/transport/mqtt/outbox.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "proto/transport/mqtt/mqtt_bus.hpp"

namespace muster::transport::mqtt {
namespace {

using std::chrono::milliseconds;

TEST(OutboxTest, WhatIsNotAcknowledgedIsSentAgainInOrder) {
  Outbox outbox;
  const auto first = outbox.put("a", "1", {});
  const auto second = outbox.put("b", "2", {});
  const auto third = outbox.put("c", "3", {});
  outbox.done(second->number);
  const auto again = outbox.unacknowledged();
  ASSERT_EQ(again.size(), 2U);
  EXPECT_EQ(*again[0].topic, "a");
  EXPECT_EQ(*again[0].payload, "1");
  EXPECT_EQ(*again[1].topic, "c");
  EXPECT_EQ(outbox.size(), 2U);
}

TEST(OutboxTest, AtMostOnceIsForgottenWithTheLink) {
  Outbox outbox;
  ASSERT_TRUE(outbox.put("a", "1", {.qos = Qos::at_most_once}));
  EXPECT_TRUE(outbox.unacknowledged().empty());
  EXPECT_EQ(outbox.size(), 0U);
  EXPECT_TRUE(outbox.wait_done(milliseconds(0)));
}

TEST(OutboxTest, TheMessageAboveTheLimitIsRefusedAndTheNextOneAfterADeliveryIsNot) {
  Outbox outbox;
  const auto first = outbox.put("a", "", {});
  for (std::size_t i = 1; i < kOutgoingQueueMax; ++i) ASSERT_TRUE(outbox.put("a", "", {}));
  const auto refused = outbox.put("a", "", {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::limit);
  EXPECT_NE(refused.error().message.find("8192"), std::string::npos) << refused.error().message;
  outbox.done(first->number);
  EXPECT_TRUE(outbox.put("a", "", {}));
}

TEST(OutboxTest, BytesAreLimitedToo) {
  Outbox outbox;
  const std::string big(kOutgoingBytesMax / 2, 'x');
  const auto first = outbox.put("", big, {});
  ASSERT_TRUE(outbox.put("", big, {}));
  EXPECT_FALSE(outbox.put("", "x", {}));
  outbox.done(first->number);
  EXPECT_TRUE(outbox.put("", "x", {}));
}

TEST(OutboxTest, WaitingEndsWithTheLastDeliveryAndIgnoresWhatCameLater) {
  Outbox outbox;
  const auto first = outbox.put("a", "1", {});
  EXPECT_FALSE(outbox.wait_done(milliseconds(1)));
  std::thread acknowledge([&] {
    static_cast<void>(outbox.put("a", "later", {}));
    outbox.done(first->number);
  });
  EXPECT_TRUE(outbox.wait_done(std::chrono::seconds(20)) || outbox.size() == 1);
  acknowledge.join();
  EXPECT_EQ(outbox.size(), 1U);
}

TEST(OutboxTest, AnUnknownAcknowledgementChangesNothing) {
  Outbox outbox;
  const auto first = outbox.put("a", "1", {});
  outbox.done(first->number + 1);
  EXPECT_EQ(outbox.size(), 1U);
  outbox.done(first->number);
  outbox.done(first->number);
  EXPECT_EQ(outbox.size(), 0U);
}

}  // namespace
}  // namespace muster::transport::mqtt
