#include "proto/transport/mqtt/subscriptions.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::transport::mqtt {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

Bus::MessageHandler counted(int& heard) {
  return [&heard](const Message&) { ++heard; };
}

TEST(SubscriptionsTest, EqualFiltersAreCountedAndEachHandlerHearsAMessageOnce) {
  Subscriptions subscriptions;
  int first = 0;
  int second = 0;
  const auto one = subscriptions.add("a/+", Qos::at_most_once, counted(first), true).value();
  const auto two = subscriptions.add("a/+", Qos::at_least_once, counted(second), true).value();
  subscriptions.dispatch({"a/b", "x", false});
  EXPECT_EQ(first, 1);
  EXPECT_EQ(second, 1);
  EXPECT_FALSE(subscriptions.remove("a/+", one.get())) << "another still wants it";
  subscriptions.dispatch({"a/b", "x", false});
  EXPECT_EQ(first, 1);
  EXPECT_EQ(second, 2);
  EXPECT_TRUE(subscriptions.remove("a/+", two.get()));
  EXPECT_FALSE(subscriptions.remove("a/+", two.get()));
}

TEST(SubscriptionsTest, TheHighestQualityThatAnybodyWantsIsAskedFor) {
  Subscriptions subscriptions;
  int heard = 0;
  ASSERT_TRUE(subscriptions.add("a", Qos::at_least_once, counted(heard), false));
  ASSERT_TRUE(subscriptions.add("a", Qos::at_most_once, counted(heard), false));
  EXPECT_THAT(subscriptions.take_unsent(), ElementsAre(Pair("a", Qos::at_least_once)));
}

TEST(SubscriptionsTest, FiltersThatOverlapAreAnError) {
  Subscriptions subscriptions;
  int heard = 0;
  ASSERT_TRUE(subscriptions.add("event/+/+", Qos::at_least_once, counted(heard), false));
  const auto overlapping =
      subscriptions.add("event/job/+", Qos::at_least_once, counted(heard), false);
  ASSERT_FALSE(overlapping);
  EXPECT_EQ(overlapping.error().code, Errc::config);
  EXPECT_THAT(overlapping.error().message,
              testing::HasSubstr("'event/job/+' beside 'event/+/+': they overlap"));
  EXPECT_TRUE(subscriptions.add("presence/+", Qos::at_least_once, counted(heard), false));
  subscriptions.dispatch({"event/job/n1", "", false});
  EXPECT_EQ(heard, 1);
}

TEST(SubscriptionsTest, EachConnectionIsToldEachFilterOnce) {
  Subscriptions subscriptions;
  int heard = 0;
  ASSERT_TRUE(subscriptions.add("a", Qos::at_least_once, counted(heard), false));
  ASSERT_TRUE(subscriptions.add("b", Qos::at_most_once, counted(heard), true));
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
