#include "tests/sim/broker/subscription_tree.hpp"

#include <gmock/gmock.h>

#include "proto/transport/bus.hpp"

namespace muster::sim {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(SubscriptionTreeTest, FindsWhomTheTransportsOwnRuleWouldFind) {
  const std::vector<std::string> filters{"a",   "a/b", "a/+",   "a/#",   "#",
                                         "+/b", "+",   "a/b/c", "a/+/c", "b/#"};
  const std::vector<std::string> topics{"a", "a/b", "a/b/c", "b", "c/b", "a//c"};
  SubscriptionTree tree;
  for (std::size_t each = 0; each < filters.size(); ++each) tree.add(filters[each], each);
  for (const auto& topic : topics) {
    std::vector<SessionId> expected;
    for (std::size_t each = 0; each < filters.size(); ++each)
      if (transport::topic_matches(filters[each], topic)) expected.push_back(each);
    EXPECT_EQ(tree.matching(topic), expected) << topic;
  }
}

TEST(SubscriptionTreeTest, OneWithTwoFiltersThatMatchIsFoundOnce) {
  SubscriptionTree tree;
  tree.add("a/+", 7);
  tree.add("a/b", 7);
  EXPECT_THAT(tree.matching("a/b"), ElementsAre(7));
}

TEST(SubscriptionTreeTest, WhatWasRemovedIsNotFoundAndTheRestIs) {
  SubscriptionTree tree;
  tree.add("a/b/c", 1);
  tree.add("a/b/c", 2);
  tree.add("a/b", 3);
  tree.remove("a/b/c", 1);
  tree.remove("a/x", 1);
  EXPECT_THAT(tree.matching("a/b/c"), ElementsAre(2));
  tree.remove("a/b/c", 2);
  EXPECT_THAT(tree.matching("a/b/c"), IsEmpty());
  EXPECT_THAT(tree.matching("a/b"), ElementsAre(3));
}

}  // namespace
}  // namespace muster::sim
