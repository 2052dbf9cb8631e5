#include <gtest/gtest.h>

#include "proto/transport/bus.hpp"

namespace muster::transport {
namespace {

TEST(TopicMatchesTest, WordsMatchThemselvesAlone) {
  EXPECT_TRUE(topic_matches("a/b/c", "a/b/c"));
  EXPECT_FALSE(topic_matches("a/b/c", "a/b"));
  EXPECT_FALSE(topic_matches("a/b", "a/b/c"));
  EXPECT_FALSE(topic_matches("a/b", "a/bc"));
  EXPECT_FALSE(topic_matches("a", "A"));
}

TEST(TopicMatchesTest, PlusStandsForExactlyOneLevel) {
  EXPECT_TRUE(topic_matches("a/+/c", "a/b/c"));
  EXPECT_TRUE(topic_matches("+", "a"));
  EXPECT_TRUE(topic_matches("a/+", "a/"));
  EXPECT_TRUE(topic_matches("+/+", "/a"));
  EXPECT_FALSE(topic_matches("+", "/a"));
  EXPECT_FALSE(topic_matches("a/+", "a"));
  EXPECT_FALSE(topic_matches("a/+", "a/b/c"));
}

TEST(TopicMatchesTest, HashStandsForTheRestAndForNothing) {
  EXPECT_TRUE(topic_matches("#", "a/b/c"));
  EXPECT_TRUE(topic_matches("a/#", "a/b/c"));
  EXPECT_TRUE(topic_matches("a/#", "a"));
  EXPECT_TRUE(topic_matches("a/+/#", "a/b"));
  EXPECT_FALSE(topic_matches("a/+/#", "a"));
  EXPECT_FALSE(topic_matches("a/#", "b"));
}

TEST(TopicMatchesTest, HashElsewhereThanAtTheEndMatchesNothing) {
  EXPECT_FALSE(topic_matches("a/#/c", "a/b/c"));
  EXPECT_FALSE(topic_matches("#/c", "a/c"));
}

TEST(TopicMatchesTest, LeadingWildcardsDoNotReachTheBrokersOwnTopics) {
  EXPECT_FALSE(topic_matches("#", "$SYS/uptime"));
  EXPECT_FALSE(topic_matches("+/uptime", "$SYS/uptime"));
  EXPECT_TRUE(topic_matches("$SYS/#", "$SYS/uptime"));
}

TEST(TopicMatchesTest, EmptyFiltersAndTopicsMatchNothing) {
  EXPECT_FALSE(topic_matches("", ""));
  EXPECT_FALSE(topic_matches("#", ""));
  EXPECT_FALSE(topic_matches("", "a"));
}

}  // namespace
}  // namespace muster::transport
