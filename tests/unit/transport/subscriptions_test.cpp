#include "proto/transport/mqtt/subscriptions.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::transport::mqtt {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

TEST(SubscriptionsTest, EveryMatchingHandlerHearsAMessageOnce) {
  Subscriptions subscriptions;
  std::vector<std::string> heard;
  const auto note = [&](const std::string& name) {
    return
        [&heard, name](const Message& message) { heard.push_back(name + "=" + message.payload); };
  };
  subscriptions.add("a/+", Qos::at_least_once, note("plus"), false);
  subscriptions.add("a/#", Qos::at_least_once, note("hash"), false);
  subscriptions.add("b/#", Qos::at_least_once, note("other"), false);
  subscriptions.dispatch({"a/b", "x", false});
  EXPECT_THAT(heard, testing::UnorderedElementsAre("plus=x", "hash=x"));
}

TEST(SubscriptionsTest, TheSameFilterAgainReplacesTheHandler) {
  Subscriptions subscriptions;
  int first = 0;
  int second = 0;
  subscriptions.add(
      "a", Qos::at_least_once, [&](const Message&) { ++first; }, false);
  subscriptions.add(
      "a", Qos::at_least_once, [&](const Message&) { ++second; }, false);
  subscriptions.dispatch({"a", "", false});
  EXPECT_EQ(first, 0);
  EXPECT_EQ(second, 1);
}

TEST(SubscriptionsTest, ARemovedHandlerHearsNothing) {
  Subscriptions subscriptions;
  int heard = 0;
  subscriptions.add(
      "a", Qos::at_least_once, [&](const Message&) { ++heard; }, false);
  subscriptions.remove("a");
  subscriptions.remove("never there");
  subscriptions.dispatch({"a", "", false});
  EXPECT_EQ(heard, 0);
}

TEST(SubscriptionsTest, EachConnectionIsToldEachFilterOnce) {
  Subscriptions subscriptions;
  subscriptions.add(
      "a", Qos::at_least_once, [](const Message&) {}, false);
  subscriptions.add(
      "b", Qos::at_most_once, [](const Message&) {}, true);
  EXPECT_TRUE(subscriptions.any_unsent());
  EXPECT_THAT(subscriptions.take_unsent(), ElementsAre(Pair("a", Qos::at_least_once)));
  EXPECT_THAT(subscriptions.take_unsent(), IsEmpty());
  EXPECT_FALSE(subscriptions.any_unsent());
  subscriptions.forget_sent();
  EXPECT_THAT(subscriptions.take_unsent(),
              ElementsAre(Pair("a", Qos::at_least_once), Pair("b", Qos::at_most_once)));
}

}  // namespace
}  // namespace muster::transport::mqtt
