#include "orchestrator/workflow/step_kinds.hpp"

#include <gmock/gmock.h>

#include <set>

#include "orchestrator/workflow/descriptions.hpp"
#include "proto/ddl/texts.hpp"

namespace muster::workflow {
namespace {

TEST(StepKindsTest, EachIsFoundByItsWordAndByItself) {
  std::set<std::string_view> words;
  for (const auto& each : step_kinds()) {
    EXPECT_TRUE(words.insert(each.word).second) << each.word << " stands there twice";
    EXPECT_EQ(&kind_of(each.kind), &each) << each.word;
    if (each.kind != Kind::call) {
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

TEST(DescriptionsTest, EachThatIsBuiltInIsKnown) {
  for (const auto& text : ddl::texts())
    EXPECT_TRUE(Descriptions::built_in().agent(std::string(text.name))) << text.name;
}

TEST(DescriptionsTest, WhichCallsCarryTheFenceTheySayThemselves) {
  const auto& known = Descriptions::built_in();
  for (const auto* action : {"renew", "release", "set_puppet_host", "run", "finish"})
    EXPECT_TRUE(known.takes("provision", action, kFence)) << action;
  for (const auto* action : {"claim", "status", "again", "job"})
    EXPECT_FALSE(known.takes("provision", action, kFence)) << action;
  EXPECT_FALSE(known.takes("puppetca", "sign", kFence));
  EXPECT_FALSE(known.takes("nobody", "nothing", kFence));
}

TEST(DescriptionsTest, WhatIsUnknownNamesTheNearest) {
  const auto& known = Descriptions::built_in();
  EXPECT_THAT(known.agent("provison").error().message, testing::HasSubstr("'provision'"));
  EXPECT_THAT(known.action("provision", "statis").error().message, testing::HasSubstr("'status'"));
}

}  // namespace
}  // namespace muster::workflow
