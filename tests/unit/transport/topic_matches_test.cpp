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

TEST(FiltersOverlapTest, WhenATopicCanMatchBoth) {
  const struct {
    const char* one;
    const char* other;
    bool overlap;
  } rows[] = {{"a/b", "a/b", true},     {"a/+", "a/b", true},      {"a/+", "+/b", true},
              {"a/#", "a/b/c", true},   {"a/#", "a", true},        {"#", "a/b", true},
              {"a/+/c", "a/b/#", true}, {"a/+", "a/b/c", false},   {"a/b", "a/c", false},
              {"a/+", "b/+", false},    {"a", "a/b", false},       {"$SYS/x", "#", false},
              {"$SYS/x", "+/x", false}, {"a/+/c", "a/b/d", false}, {"$SYS/#", "$SYS/x", true}};
  for (const auto& row : rows) {
    EXPECT_EQ(filters_overlap(row.one, row.other), row.overlap) << row.one << " " << row.other;
    EXPECT_EQ(filters_overlap(row.other, row.one), row.overlap) << row.other << " " << row.one;
  }
}

}  // namespace
}  // namespace muster::transport
