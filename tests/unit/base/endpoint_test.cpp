#include "proto/base/endpoint.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::base {
namespace {

TEST(EndpointTest, NamesAndAddressesComeBackAsTheyWere) {
  for (const std::string text : {"broker.example:8883", "192.0.2.1:1", "[2001:db8::1]:65535",
                                 "[fe80::1%eth0]:8883", "b:1"}) {
    const auto endpoint = parse_endpoint(text);
    ASSERT_TRUE(endpoint) << endpoint.error().message;
    EXPECT_EQ(endpoint->text(), text);
  }
  EXPECT_EQ(parse_endpoint("[::1]:8883")->host, "::1");
  EXPECT_EQ(parse_endpoint("[::1]:8883")->port, 8883);
}

TEST(EndpointTest, EverythingElseIsRefusedByName) {
  for (const std::string text :
       {"", ":", "broker", "broker:", ":8883", "broker:0", "broker:65536", "broker:-1", "broker:+1",
        "broker: 1", "broker:1 ", "a b:1", "::1:8883", "[::1]", "[]:1", "[broker]:1", "mqtts://b:1",
        "b:1/x", "ü:1"}) {
    const auto endpoint = parse_endpoint(text);
    ASSERT_FALSE(endpoint) << text;
    EXPECT_EQ(endpoint.error().code, Errc::invalid_data);
    EXPECT_THAT(endpoint.error().message, testing::HasSubstr("host:port"));
  }
  EXPECT_FALSE(parse_endpoint(std::string(254, 'a') + ":1"));
}

TEST(EndpointTest, ThePortMayBeLeftOutWhereOneIsMeant) {
  EXPECT_EQ(parse_endpoint("chat.example.com", 5222)->text(), "chat.example.com:5222");
  EXPECT_EQ(parse_endpoint("chat.example.com:1", 5222)->port, 1);
  EXPECT_EQ(parse_endpoint("[::1]:25", 5222)->host, "::1");
  EXPECT_EQ(parse_endpoint("[::1]", 5222)->text(), "[::1]:5222");
}

TEST(EndpointTest, WhatIsNoneIsRefusedAlsoWhereThePortMayBeLeftOut) {
  for (const char* text : {"", ":25", "host:", "host:0", "host:65536", "host:2x", "::1", "[::1",
                           "[::1]x", "ho st", "host/path", "user@host"})
    EXPECT_FALSE(parse_endpoint(text, 25)) << text;
}

}  // namespace
}  // namespace muster::base
