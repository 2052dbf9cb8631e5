#include "orchestrator/workflow/rules.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "orchestrator/workflow/parse.hpp"

namespace muster::workflow {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

WorkflowPtr named(const std::string& name, const std::string& more = "") {
  const auto text = "name: " + name + "\n" + more + "steps:\n  - {name: claim, do: claim}\n";
  return std::make_shared<const Workflow>(parse_workflow(text, "w.yaml").value());
}

Rule rule(const std::string& when, WorkflowPtr workflow) {
  return {when.empty() ? Condition() : Condition::parse(when).value(), std::move(workflow)};
}

std::string why_not(std::vector<Rule> rules) {
  const auto made = Rules::of(std::move(rules));
  return made ? "" : made.error().message;
}

class RuleChoiceTest : public testing::Test {
 protected:
  // The name of the one that is chosen, or why none is.
  std::string chosen(const std::string& country, const std::string& token = "") const {
    Values node;
    node.set("node.identity", "n1");
    node.set_facts("node.facts", std::make_shared<const Value>(Value{{"country", country}}));
    node.set("token.extensions", Value{{"pp_role", country == "us" ? "db" : "web"}});
    const auto workflow = rules_.choose(node, true, token);
    return workflow ? (*workflow)->name : workflow.error().message;
  }

  Rules rules_ = Rules::of({rule("country=de", named("german")),
                            rule("token.extensions.pp_role=db", named("db", "lease_s: 90\n"))})
                     .value();
};

TEST_F(RuleChoiceTest, TheFirstThatMatchesCounts) {
  EXPECT_EQ(chosen("de"), "german");
  EXPECT_EQ(chosen("us"), "db");
}

TEST_F(RuleChoiceTest, ANodeThatNoRuleIsForIsToldWhichThereAre) {
  EXPECT_THAT(chosen("fr"), HasSubstr("is for it: german, db"));
}

TEST_F(RuleChoiceTest, ATokenThatNamesOneGoesBeforeTheRules) {
  EXPECT_EQ(chosen("de", "db"), "db");
  EXPECT_THAT(chosen("de", "germna"), HasSubstr("did you mean 'german'?"));
}

TEST_F(RuleChoiceTest, OneForAllIsARuleToo) {
  const Rules all(*named("all"));
  EXPECT_EQ(all.choose(Values(), false, "").value()->name, "all");
}

TEST_F(RuleChoiceTest, WhatHoldsForAllOfThemIsTold) {
  EXPECT_THAT(rules_.names(), ElementsAre("german", "db"));
  EXPECT_EQ(rules_.last().name, "db");
  EXPECT_EQ(rules_.longest_lease(), std::chrono::seconds(90));
  EXPECT_EQ(rules_.find(rules_.last().hash)->name, "db");
  EXPECT_EQ(rules_.find("0"), nullptr);
}

TEST_F(RuleChoiceTest, OneWorkflowMayStandInSeveralRules) {
  const auto one = named("one");
  EXPECT_EQ(why_not({rule("country=de", one), rule("country=us", one)}), "");
}

TEST_F(RuleChoiceTest, ARuleThatNoNodeComesToIsRefused) {
  EXPECT_THAT(why_not({rule("", named("all")), rule("country=de", named("german"))}),
              HasSubstr("no node comes to the rule for 'german'"));
}

TEST_F(RuleChoiceTest, TwoWorkflowsOfOneNameAreRefused) {
  EXPECT_THAT(why_not({rule("country=de", named("w")), rule("", named("w", "attempts: 3\n"))}),
              HasSubstr("two workflows are named 'w'"));
}

TEST_F(RuleChoiceTest, ARuleNamesNodeAndTokenAlone) {
  EXPECT_TRUE(check_rule(Condition::parse("country=de and node.identity=~/^web/").value()));
  EXPECT_THAT(check_rule(Condition::parse("master.facts.country=de").value()).error().message,
              HasSubstr("before a node has a workflow"));
  EXPECT_THAT(check_rule(Condition::parse("token.extension.x=de").value()).error().message,
              HasSubstr("token.extension"));
}

}  // namespace
}  // namespace muster::workflow
