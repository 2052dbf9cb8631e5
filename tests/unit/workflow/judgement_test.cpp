#include "orchestrator/workflow/judgement.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

namespace muster::workflow {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Answer = Judgement::Answer;

Judgement judged(const std::string& text, bool is_joining = false) {
  Values values;
  values.set("node.identity", "n1.fr");
  values.set_facts("node.facts", std::make_shared<const Value>(
                                     Value{{"country", "fr"}, {"os", {{"release", "12"}}}}));
  const auto condition = Condition::parse(text);
  EXPECT_TRUE(condition) << condition.error().message;
  return judge(*condition, values, is_joining);
}

TEST(ConditionJudgementTest, WhatNobodyAskedNeedsNoReason) {
  EXPECT_EQ(judge(Condition(), Values(), true).answer, Answer::yes);
  EXPECT_THAT(judge(Condition(), Values(), true).because, IsEmpty());
  EXPECT_THAT(judged("always").because, IsEmpty());
}

TEST(ConditionJudgementTest, TheValueThatDecidedIsTold) {
  const auto no = judged("country=de and version(os.release) >= 12");
  EXPECT_EQ(no.answer, Answer::no);
  EXPECT_THAT(no.because, ElementsAre("country is \"fr\""));
  EXPECT_THAT(judged("not joining and country=fr").because,
              ElementsAre("the node is a member", "country is \"fr\""));
  EXPECT_THAT(judged("version(os.release) < 12").because, ElementsAre("os.release is \"12\""));
}

TEST(ConditionJudgementTest, WhatIsNotKnownLeavesOpenWhatDependsOnIt) {
  const auto open = judged("country=fr and (steps.look.state=new or master.address=x)");
  EXPECT_EQ(open.answer, Answer::open);
  EXPECT_THAT(open.because, ElementsAre("steps.look.state", "master.address"));
  EXPECT_EQ(judged("not city=Paris").answer, Answer::open);
}

TEST(ConditionJudgementTest, WhatIsNotKnownDecidesNothingWhereAnotherTermDoes) {
  EXPECT_EQ(judged("country=de and steps.look.state=new").answer, Answer::no);
  EXPECT_EQ(judged("steps.look.state=new or country=fr").answer, Answer::yes);
  EXPECT_EQ(judged("not (country=de and steps.look.state=new)").answer, Answer::yes);
}

}  // namespace
}  // namespace muster::workflow
