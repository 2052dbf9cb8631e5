#include "node-agent/presence/shown_facts.hpp"

#include <gtest/gtest.h>

namespace muster::agent {
namespace {

TEST(ShownFactsTest, FiltersReadWhatPresenceShows) {
  ShownFacts shown;
  const auto facts = std::make_shared<const Value>(Value{{"country", "de"}});
  EXPECT_EQ(*shown.of(facts, {{"provision", "waiting"}}),
            (Value{{"country", "de"}, {"provision", "waiting"}}));
  EXPECT_EQ(*shown.of(facts, {{"provision", "finished"}}),
            (Value{{"country", "de"}, {"provision", "finished"}}));
  const auto later = std::make_shared<const Value>(Value{{"country", "us"}});
  EXPECT_EQ(*shown.of(later, {{"provision", "finished"}}),
            (Value{{"country", "us"}, {"provision", "finished"}}));
}

TEST(ShownFactsTest, WhatHasNotChangedIsNotPutTogetherAgain) {
  ShownFacts shown;
  const auto facts = std::make_shared<const Value>(Value{{"country", "de"}});
  EXPECT_EQ(shown.of(facts, Value::object()), facts);
  const auto first = shown.of(facts, {{"provision", "waiting"}});
  EXPECT_EQ(shown.of(facts, {{"provision", "waiting"}}), first);
}

}  // namespace
}  // namespace muster::agent
