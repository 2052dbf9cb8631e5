#include "orchestrator/workflow/parse.hpp"

#include <gtest/gtest.h>

#include "proto/base/files.hpp"

namespace muster::workflow {
namespace {

constexpr std::string_view kSmall = R"(name: small
steps:
  - {name: claim, do: claim}
  - {name: pick-master, do: pick-master, facts: [country]}
  - {name: finish, call: provision#finish, on: node}
)";

std::string why(std::string_view text) {
  const auto workflow = parse_workflow(text, "w.yaml");
  return workflow ? "" : workflow.error().message;
}

// The small workflow with one more step before finish.
std::string with_step(const std::string& step) {
  std::string text(kSmall);
  return text.insert(text.find("  - {name: finish"), "  - " + step + "\n");
}

TEST(WorkflowTest, TheShippedOneIsTheSeedsList) {
  const auto text = base::read_file(MUSTER_SOURCE_DIR "/config/workflows/puppet.yaml");
  ASSERT_TRUE(text) << text.error().message;
  const auto workflow = parse_workflow(*text, "puppet.yaml");
  ASSERT_TRUE(workflow) << workflow.error().message;
  std::vector<std::string> names;
  for (const auto& step : workflow->steps) names.push_back(step.name);
  EXPECT_EQ(names, (std::vector<std::string>{
                       "claim", "pick-master", "set-puppet-host", "clean-certificates",
                       "request-certificate", "sign-certificate", "fetch-certificate",
                       "enter-collective", "bootstrap-run", "production-run", "notify", "finish"}));
}

TEST(WorkflowTest, DefaultsFillWhatIsNotSaid) {
  const auto workflow = parse_workflow(kSmall, "w.yaml");
  ASSERT_TRUE(workflow) << workflow.error().message;
  EXPECT_EQ(workflow->attempts, 5U);
  EXPECT_EQ(workflow->steps[1].otherwise, Otherwise::any);
  EXPECT_EQ(workflow->steps[2].tries, 3U);
}

TEST(WorkflowTest, UnknownKeyNamesFileLineAndTheNearest) {
  const auto error = why(with_step("{name: x, call: provision#status, on: node, timout_s: 3}"));
  EXPECT_NE(error.find("w.yaml:5"), std::string::npos) << error;
  EXPECT_NE(error.find("timeout_s"), std::string::npos) << error;
}

TEST(WorkflowTest, AVariableThatNobodySetsIsRefusedWithTheNearest) {
  EXPECT_NE(why(with_step("{name: x, call: puppetca#clean, on: master, with: {certname: "
                          "'{identty}'}}"))
                .find("step 'x': variable 'identty' is not set; did you mean 'identity'?"),
            std::string::npos);
  EXPECT_EQ(why(with_step("{name: x, call: puppetca#clean, on: master, with: {certname: "
                          "'{identity}.{master}'}}")),
            "");
}

TEST(WorkflowTest, AVariableWithoutItsBraceIsRefused) {
  EXPECT_NE(why(with_step("{name: x, call: puppetca#clean, on: master, with: {certname: "
                          "'{identity'}}"))
                .find("step 'x': a '{' without its '}' in '{identity'"),
            std::string::npos);
}

TEST(WorkflowTest, AVariableIsThereOnlyAfterTheStepThatSavesIt) {
  constexpr auto kAsk =
      "{name: ask, call: puppetca#status, on: master, with: {certname: "
      "'{identity}'}, save: [state]}\n  - ";
  constexpr auto kUse =
      "{name: use, call: puppetca#clean, on: master, with: {certname: '{state}'}}";
  EXPECT_EQ(why(with_step(std::string(kAsk) + kUse)), "");
  EXPECT_NE(why(with_step(kUse)).find("variable 'state' is not set"), std::string::npos);
}

TEST(WorkflowTest, UnknownAgentActionAndInputNameTheNearest) {
  EXPECT_NE(why(with_step("{name: x, call: provison#status, on: node}")).find("'provision'"),
            std::string::npos);
  EXPECT_NE(why(with_step("{name: x, call: provision#statis, on: node}")).find("'status'"),
            std::string::npos);
  const auto error =
      why(with_step("{name: x, call: puppetca#clean, on: master, with: {certnam: a}}"));
  EXPECT_NE(error.find("certname"), std::string::npos) << error;
}

TEST(WorkflowTest, MissingRequiredInputIsRefused) {
  EXPECT_NE(why(with_step("{name: x, call: puppetca#clean, on: master}")).find("certname"),
            std::string::npos);
}

TEST(WorkflowTest, AMasterIsNeededBeforeItIsUsed) {
  const auto error =
      why("name: w\nsteps:\n  - {name: claim, do: claim}\n"
          "  - {name: x, call: puppetca#clean, on: master, with: {certname: a}}\n");
  EXPECT_NE(error.find("pick-master"), std::string::npos) << error;
}

TEST(WorkflowTest, TheFirstStepIsTheClaim) {
  EXPECT_NE(why("name: w\nsteps:\n  - {name: pick, do: pick-master}\n").find("do: claim"),
            std::string::npos);
}

TEST(WorkflowTest, TwoStepsOfOneNameAreRefused) {
  EXPECT_NE(why(with_step("{name: claim, call: provision#status, on: node}")).find("'claim'"),
            std::string::npos);
}

TEST(WorkflowTest, WordsOutsideTheirTableNameTheNearest) {
  EXPECT_NE(why(with_step("{name: x, call: provision#status, on: nod}")).find("'node'"),
            std::string::npos);
  EXPECT_NE(why(with_step("{name: x, call: provision#status, on_failure: other-mastr}"))
                .find("other-master"),
            std::string::npos);
  EXPECT_NE(
      why(with_step("{name: x, do: puppet-rum, with: {environment: e}}")).find("'puppet-run'"),
      std::string::npos);
}

TEST(WorkflowTest, AKindKnowsItsOwnKeysOnly) {
  EXPECT_NE(why(with_step("{name: x, do: notify, with: {a: 1}}")).find("unknown key 'with'"),
            std::string::npos);
  EXPECT_NE(why(with_step("{name: x, call: provision#status, facts: [country]}"))
                .find("unknown key 'facts'"),
            std::string::npos);
}

TEST(WorkflowTest, WhatTheOrchestratorGivesByItselfIsRefused) {
  EXPECT_NE(why(with_step("{name: x, call: provision#renew, with: {fence: 3}}"))
                .find("the orchestrator gives the input 'fence' by itself"),
            std::string::npos);
}

TEST(WorkflowTest, AStepThatMayOutlastItsLeaseIsRefusedUnlessItRenewsIt) {
  const auto error = why(with_step("{name: x, call: provision#status, timeout_s: 61}"));
  EXPECT_NE(error.find("w.yaml:5"), std::string::npos) << error;
  EXPECT_NE(error.find("longer than the lease (lease_s: 60)"), std::string::npos) << error;
  EXPECT_EQ(why(with_step("{name: x, call: provision#status, timeout_s: 60}")), "");
  EXPECT_EQ(why(with_step("{name: x, do: puppet-run, with: {environment: e}, timeout_s: 3600}")),
            "");
}

TEST(WorkflowTest, TheLeaseIsClaimedOnce) {
  EXPECT_NE(why(with_step("{name: x, do: claim}")).find("only the first step is 'do: claim'"),
            std::string::npos);
}

TEST(WorkflowTest, NumbersOutsideTheirRangeAreRefused) {
  EXPECT_NE(why(with_step("{name: x, call: provision#status, tries: 0}")), "");
  EXPECT_NE(why(with_step("{name: x, call: provision#status, timeout_s: 999999999}")), "");
}

TEST(WorkflowTest, GarbageIsAnErrorAndNothingElse) {
  for (const auto* text :
       {"", "[]", "steps: 3", "name: [x]\nsteps: {}", "\tname: x", "name: w\nsteps:\n  - 7\n"})
    EXPECT_NE(why(text), "") << text;
}

}  // namespace
}  // namespace muster::workflow
