#include <gmock/gmock.h>

#include "tests/integration/transport/client.hpp"
#include "tests/support/mosquitto/fake_broker.hpp"

namespace muster::test {
namespace {

using transport::mqtt::Version;

transport::mqtt::Options plain(const FakeBroker& broker) {
  transport::mqtt::Options options;
  options.brokers = {broker.address()};
  options.client_id = "n1";
  return options;
}

std::string refusal_name(const testing::TestParamInfo<FakeBroker::OnV5>& info) {
  switch (info.param) {
    case FakeBroker::OnV5::return_code_1:
      return "ReturnCode1";
    case FakeBroker::OnV5::reason_84:
      return "Reason84";
    default:
      return "HangUp";
  }
}

class FallbackTest : public testing::TestWithParam<FakeBroker::OnV5> {};

INSTANTIATE_TEST_SUITE_P(Refusal, FallbackTest,
                         testing::Values(FakeBroker::OnV5::return_code_1,
                                         FakeBroker::OnV5::reason_84, FakeBroker::OnV5::hang_up),
                         refusal_name);

TEST_P(FallbackTest, ABrokerThatRefusesMqtt5IsSpokenToIn311) {
  const FakeBroker broker(GetParam());
  Client client(plain(broker));
  ASSERT_TRUE(client) << client.error().message;
  EXPECT_EQ(broker.connects_v5(), 1);
  EXPECT_EQ(broker.connects_v311(), 1);
  ASSERT_TRUE(client.listen("a/+"));
  ASSERT_TRUE(client->publish("a/b", "x", {}));
  EXPECT_TRUE(client.hears("a/b", "x"));
}

TEST_P(FallbackTest, WhoInsistsOnMqtt5IsToldThatItIsRefused) {
  const FakeBroker broker(GetParam());
  auto options = plain(broker);
  options.version = Version::v5;
  const Client client(options);
  ASSERT_FALSE(client);
  EXPECT_THAT(client.error().message, testing::HasSubstr(broker.address()));
  EXPECT_EQ(broker.connects_v311(), 0);
}

class SubscriptionTest : public testing::TestWithParam<Version> {};

INSTANTIATE_TEST_SUITE_P(Version, SubscriptionTest, testing::Values(Version::v5, Version::v311),
                         version_name);

TEST_P(SubscriptionTest, ARefusedSubscriptionIsRefusedToTheCaller) {
  const FakeBroker broker(FakeBroker::OnV5::accept, true);
  auto options = plain(broker);
  options.version = GetParam();
  Client client(options);
  ASSERT_TRUE(client) << client.error().message;
  const auto answer = client.listen("secrets/#");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::refused);
  EXPECT_THAT(answer.error().message, testing::HasSubstr("secrets/#"));
  const auto several = client->subscribe_all({"a", "b"}, transport::Qos::at_least_once,
                                             [](const transport::Message&) {});
  ASSERT_FALSE(several);
  EXPECT_EQ(several.error().code, Errc::refused);
}

}  // namespace
}  // namespace muster::test
