#include "orchestrator/workflow/step_kinds.hpp"

#include <gmock/gmock.h>

#include <set>

namespace muster::workflow {
namespace {

TEST(StepKindsTest, EachIsFoundByItsWordAndByItself) {
  std::set<std::string_view> words;
  for (const auto& each : step_kinds()) {
    EXPECT_TRUE(words.insert(each.word).second) << each.word << " stands there twice";
    EXPECT_EQ(&kind_of(each.kind), &each) << each.word;
    if (each.kind != Kind::call && each.kind != Kind::parallel) {
      EXPECT_EQ(kind_by_word(each.word), &each);
    }
  }
}

TEST(StepKindsTest, ACallIsNoWordBehindDo) {
  EXPECT_EQ(kind_by_word("call"), nullptr);
  EXPECT_THAT(words_of_kinds(), testing::Not(testing::Contains("call")));
}

TEST(StepKindsTest, WhatLeavesADebtWorksOnAllMasters) {
  for (const auto& each : step_kinds())
    EXPECT_TRUE(!each.leaves_debt || each.scope == Scope::all_masters) << each.word;
}

TEST(StepKindsTest, OnlyAStepOnTheNodeSendsItAway) {
  for (const auto& each : step_kinds())
    EXPECT_TRUE(!each.node_is_away || each.scope == Scope::node) << each.word;
}

}  // namespace
}  // namespace muster::workflow
