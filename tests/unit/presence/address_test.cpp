#include "node-agent/presence/address.hpp"

#include <gtest/gtest.h>

#include "node-agent/presence/presence.hpp"

namespace muster::agent {
namespace {

TEST(AddressTest, TheAddressIsTheOneOnTheWayToTheBroker) {
  EXPECT_EQ(address_towards("127.0.0.1:8883"), "127.0.0.1");
}

TEST(AddressTest, ABrokerMayBeNamedByItsIpv6Address) {
  std::string asked;
  OwnAddress own([&asked](const base::Endpoint& endpoint) {
    asked = endpoint.host;
    return resolve({.host = "127.0.0.1", .port = endpoint.port});  // no IPv6 here, perhaps
  });
  EXPECT_EQ(own.towards("[2001:db8::1]:8883"), "127.0.0.1");
  EXPECT_EQ(asked, "2001:db8::1");
}

TEST(AddressTest, ANameThatCannotBeResolvedForAMomentChangesNothing) {
  bool resolves = false;
  OwnAddress own([&resolves](const base::Endpoint& endpoint) {
    return resolves ? resolve({.host = "127.0.0.1", .port = endpoint.port})
                    : Addresses(nullptr, &::freeaddrinfo);
  });
  EXPECT_EQ(own.towards("broker.example:8883"), "") << "never known";
  resolves = true;
  EXPECT_EQ(own.towards("broker.example:8883"), "127.0.0.1");
  resolves = false;
  EXPECT_EQ(own.towards("broker.example:8883"), "127.0.0.1");
  EXPECT_EQ(own.towards("other.example:8883"), "") << "each for itself";
}

TEST(AddressTest, WithoutARouteThereIsNone) {
  EXPECT_EQ(address_towards("no-port"), "");
  EXPECT_EQ(address_towards(""), "");
  EXPECT_EQ(address_towards("a host with spaces:8883"), "");
}

}  // namespace
}  // namespace muster::agent
