#include <gtest/gtest.h>

#include "node-agent/presence/presence.hpp"

namespace muster::agent {
namespace {

TEST(AddressTest, TheAddressIsTheOneOnTheWayToTheBroker) {
  EXPECT_EQ(address_towards("127.0.0.1:8883"), "127.0.0.1");
}

TEST(AddressTest, WithoutARouteThereIsNone) {
  EXPECT_EQ(address_towards("no-port"), "");
  EXPECT_EQ(address_towards(""), "");
  EXPECT_EQ(address_towards("a host with spaces:8883"), "");
}

}  // namespace
}  // namespace muster::agent
