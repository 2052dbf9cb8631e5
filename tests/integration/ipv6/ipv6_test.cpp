// A broker whose name has no IPv4 address, and one that is named by its IPv6 address.
#include <gtest/gtest.h>
#include <netdb.h>

#include "node-agent/presence/presence.hpp"
#include "tests/integration/transport/client.hpp"
#include "tests/support/mosquitto/mosquitto.hpp"

namespace muster::test {
namespace {

class Ipv6OnlyNameTest : public testing::Test {
 protected:
  void SetUp() override {
    addrinfo* found = nullptr;
    addrinfo hints{};
    hints.ai_family = AF_INET;
    ASSERT_NE(::getaddrinfo("localhost", nullptr, &hints, &found), 0)
        << "run it by tests/integration/ipv6/in-namespace";
  }
  // That somebody's message comes back to it over this broker.
  static void expect_a_round_trip(const transport::mqtt::Options& options) {
    Client client(options);
    ASSERT_TRUE(client) << options.brokers.front() << ": " << client.error().message;
    EXPECT_TRUE(client->flush(fakes::kPatience));
  }

  const TestPki pki_;
  Mosquitto broker_{pki_, true, "fd00::1"};
};

TEST_F(Ipv6OnlyNameTest, EveryoneConnectsByTheName) {
  expect_a_round_trip(broker_.as_node("n1"));
  expect_a_round_trip(broker_.as_operator());
  expect_a_round_trip(broker_.as_orchestrator());
  expect_a_round_trip(broker_.as_joining("0123456789abcdef"));
}

TEST_F(Ipv6OnlyNameTest, AnAddressStandsInBrackets) {
  const Mosquitto broker(pki_, true, "::1");  // which stands in its certificate
  auto options = broker.as_operator();
  options.brokers = {"[::1]:" + std::to_string(broker.config().operators_port)};
  expect_a_round_trip(options);
}

TEST_F(Ipv6OnlyNameTest, ANodeShowsTheAddressByWhichItReachesTheBroker) {
  EXPECT_EQ(agent::address_towards(broker_.nodes()), "fd00::1");
}

TEST_F(Ipv6OnlyNameTest, ABrokerThatIsDownIsNamedWithItsName) {
  auto options = broker_.as_operator();
  broker_.kill();
  const Client client(options);
  ASSERT_FALSE(client);
  EXPECT_NE(client.error().message.find("localhost:"), std::string::npos) << client.error().message;
}

}  // namespace
}  // namespace muster::test
