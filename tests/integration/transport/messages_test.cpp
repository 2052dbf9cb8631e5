#include "tests/integration/transport/client.hpp"
#include "tests/support/mosquitto/mosquitto.hpp"

namespace muster::test {
namespace {

using transport::Qos;
using transport::mqtt::LastWill;
using transport::mqtt::Version;

const std::string kSentPresence = "muster/v1/main/presence/n1";
const std::string kSentRequest = "muster/v1/main/req/node/n1/alice";

class MessagesTest : public BothVersions {
 protected:
  TestPki pki_;
  Mosquitto mosquitto_{pki_};
};

INSTANTIATE_TEST_SUITE_P(Version, MessagesTest, testing::Values(Version::v5, Version::v311),
                         version_name);

TEST_P(MessagesTest, WhatIsPublishedArrivesWhereItIsSubscribed) {
  Client node(with_version(mosquitto_.as_node("n1")));
  Client op(with_version(mosquitto_.as_operator()));
  ASSERT_TRUE(node && op) << node.error().message << op.error().message;
  ASSERT_TRUE(node.listen(kSentRequest));
  ASSERT_TRUE(op->publish(kSentRequest, "do it", {}));
  EXPECT_TRUE(node.hears(kSentRequest, "do it"));
  EXPECT_FALSE(node.heard().front().retained);
}

TEST_P(MessagesTest, PayloadsMayHoldAnyByteAndBeAMebibyteLong) {
  Client op(with_version(mosquitto_.as_operator()));
  ASSERT_TRUE(op) << op.error().message;
  ASSERT_TRUE(op.listen("muster/v1/main/rep/alice/#"));
  std::string all_bytes(1024 * 1024 - 64, '\0');
  for (std::size_t i = 0; i < all_bytes.size(); ++i) all_bytes[i] = static_cast<char>(i);
  ASSERT_TRUE(op->publish("muster/v1/main/rep/alice/s/x", all_bytes, {}));
  EXPECT_TRUE(op.hears("muster/v1/main/rep/alice/s/x", all_bytes));
}

TEST_P(MessagesTest, ARetainedMessageIsThereForWhoComesLater) {
  Client node(with_version(mosquitto_.as_node("n1")));
  ASSERT_TRUE(node) << node.error().message;
  ASSERT_TRUE(node->publish(kSentPresence, "here", {.retain = true}));
  ASSERT_TRUE(node->flush(fakes::kPatience));
  Client op(with_version(mosquitto_.as_operator()));
  ASSERT_TRUE(op.listen("muster/v1/main/presence/+"));
  ASSERT_TRUE(op.hears(kSentPresence, "here"));
  EXPECT_TRUE(op.heard().front().retained);
}

TEST_P(MessagesTest, FlushReturnsWhenTheBrokerHasEverything) {
  Client op(with_version(mosquitto_.as_operator()));
  ASSERT_TRUE(op) << op.error().message;
  ASSERT_TRUE(op.listen("muster/v1/main/rep/alice/#"));
  for (int i = 0; i < 1'000; ++i) {
    const auto qos = i % 2 == 0 ? Qos::at_least_once : Qos::at_most_once;
    ASSERT_TRUE(op->publish("muster/v1/main/rep/alice/s/x", std::to_string(i), {.qos = qos}));
  }
  EXPECT_TRUE(op->flush(fakes::kPatience));
  EXPECT_TRUE(fakes::wait_until([&] { return op.heard().size() == 1'000; }));
}

TEST_P(MessagesTest, UnsubscribedTopicsFallSilent) {
  Client op(with_version(mosquitto_.as_operator()));
  ASSERT_TRUE(op) << op.error().message;
  const std::string own = "muster/v1/main/rep/alice/s/";
  ASSERT_TRUE(op.listen(own + "a"));
  ASSERT_TRUE(op.listen(own + "b"));
  op.stop_listening(own + "a");
  ASSERT_TRUE(op->publish(own + "a", "x", {}));
  ASSERT_TRUE(op->publish(own + "b", "x", {}));
  ASSERT_TRUE(op.hears(own + "b", "x"));
  EXPECT_FALSE(op.has_heard(own + "a", "x"));
}

TEST_P(MessagesTest, EqualFiltersAreOneSubscriptionAndOverlappingOnesAreRefused) {
  Client op(with_version(mosquitto_.as_operator()));
  ASSERT_TRUE(op) << op.error().message;
  const std::string filter = "muster/v1/main/rep/alice/+/x";
  const std::string topic = "muster/v1/main/rep/alice/s/x";
  std::atomic<int> first{0};
  std::atomic<int> second{0};
  const auto counts = [](std::atomic<int>& heard) {
    return [&heard](const transport::Message&) { ++heard; };
  };
  auto one = op->subscribe(filter, Qos::at_least_once, counts(first));
  const auto two = op->subscribe(filter, Qos::at_least_once, counts(second));
  ASSERT_TRUE(one && two);
  const auto overlapping =
      op->subscribe("muster/v1/main/rep/alice/s/+", Qos::at_least_once, counts(first));
  ASSERT_FALSE(overlapping);
  EXPECT_EQ(overlapping.error().code, Errc::config) << overlapping.error().message;
  ASSERT_TRUE(op->publish(topic, "1", {}));
  ASSERT_TRUE(fakes::wait_until([&] { return first >= 1 && second >= 1; }));
  one->end();
  ASSERT_TRUE(op->publish(topic, "2", {}));
  ASSERT_TRUE(op->publish(topic, "3", {}));
  ASSERT_TRUE(fakes::wait_until([&] { return second >= 3; }));
  EXPECT_EQ(second, 3) << "the broker sent none of them twice";
  EXPECT_EQ(first, 1);
}

TEST_P(MessagesTest, AStalledBrokerFillsTheSendQueueAndNeverBlocksTheSender) {
  auto options = with_version(mosquitto_.as_operator());
  options.keep_alive = std::chrono::seconds(60);
  Client op(options);
  ASSERT_TRUE(op) << op.error().message;
  mosquitto_.pause();
  Status sent;
  std::size_t accepted = 0;
  while (accepted <= transport::mqtt::kOutgoingQueueMax &&
         (sent = op->publish("muster/v1/main/event/x/alice", "x", {})))
    ++accepted;
  EXPECT_EQ(accepted, transport::mqtt::kOutgoingQueueMax);
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, Errc::limit) << sent.error().message;
  const auto flushed = op->flush(std::chrono::milliseconds(50));
  ASSERT_FALSE(flushed);
  EXPECT_EQ(flushed.error().code, Errc::timeout);
  mosquitto_.resume();
  EXPECT_TRUE(op->flush(fakes::kPatience));
  EXPECT_TRUE(op->publish("muster/v1/main/event/x/alice", "x", {}));
}

TEST_P(MessagesTest, AMessageThatExpiresIsStillDeliveredInTime) {
  Client node(with_version(mosquitto_.as_node("n1")));
  Client op(with_version(mosquitto_.as_operator()));
  ASSERT_TRUE(node.listen(kSentRequest));
  ASSERT_TRUE(op->publish(kSentRequest, "soon", {.expiry_s = 60}));
  EXPECT_TRUE(node.hears(kSentRequest, "soon"));
}

}  // namespace
}  // namespace muster::test
