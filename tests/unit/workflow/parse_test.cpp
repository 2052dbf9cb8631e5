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

TEST(WorkflowTest, OneOfANodeThatGoesNeedsNeitherItNorAMaster) {
  const auto text =
      base::read_file(MUSTER_SOURCE_DIR "/config/workflows/decommission.yaml").value();
  const auto workflow = parse_workflow(text, "decommission.yaml");
  ASSERT_TRUE(workflow) << workflow.error().message;
  EXPECT_TRUE(workflow->leaves());
  EXPECT_FALSE(parse_workflow(kSmall, "w.yaml")->leaves());
  const auto of = [&](const std::string& step) { return why(text + "  - " + step + "\n"); };
  EXPECT_EQ(of("{name: x, call: rpcutil#ping, on_failure: skip}"), "");
  for (const auto* step : {"{name: x, do: reboot}", "{name: x, do: pick-master}",
                           "{name: x, do: puppet-run, with: {environment: e}}"})
    EXPECT_NE(of(step).find("a node that stays"), std::string::npos) << step;
  EXPECT_NE(of("{name: x, do: claim}").find("only the first step"), std::string::npos);
  EXPECT_NE(why(with_step("{name: x, do: ban}")).find("'do: leave'"), std::string::npos);
}

TEST(WorkflowTest, DefaultsFillWhatIsNotSaid) {
  const auto workflow = parse_workflow(kSmall, "w.yaml");
  ASSERT_TRUE(workflow) << workflow.error().message;
  EXPECT_EQ(workflow->attempts, 5U);
  EXPECT_EQ(workflow->steps[1].otherwise, Otherwise::any);
  EXPECT_EQ(workflow->steps[2].tries, 3U);
}

TEST(WorkflowTest, WhenANodeIsLateHasADefaultAndLimits) {
  EXPECT_EQ(parse_workflow(kSmall, "w.yaml")->late_after, kLateAfter);
  EXPECT_EQ(why("late_after_s: 60\n" + std::string(kSmall)), "");
  EXPECT_NE(why("late_after_s: 59\n" + std::string(kSmall)).find("late_after_s"),
            std::string::npos);
  EXPECT_NE(why("late_after_s: 604801\n" + std::string(kSmall)).find("late_after_s"),
            std::string::npos);
}

TEST(WorkflowTest, UnknownKeyNamesFileLineAndTheNearest) {
  const auto error = why(with_step("{name: x, call: provision#status, on: node, timout_s: 3}"));
  EXPECT_NE(error.find("w.yaml:5"), std::string::npos) << error;
  EXPECT_NE(error.find("timeout_s"), std::string::npos) << error;
}

constexpr auto kClean = "{name: x, call: puppetca#clean, on: master, with: {certname: ";

TEST(WorkflowTest, ATemplateThatNamesNothingIsRefusedWithFileLineAndTheNearest) {
  const auto error = why(with_step(std::string(kClean) + "'${node.idntity}'}}"));
  EXPECT_NE(error.find("w.yaml:5"), std::string::npos) << error;
  EXPECT_NE(error.find("step 'x': there is no 'node.idntity'; did you mean 'node.identity'?"),
            std::string::npos)
      << error;
  EXPECT_EQ(why(with_step(std::string(kClean) + "'${node.identity}.${master.identity}'}}")), "");
}

TEST(WorkflowTest, ATemplateWithoutItsBraceIsRefused) {
  EXPECT_NE(why(with_step(std::string(kClean) + "'${node.identity'}}")).find("without its '}'"),
            std::string::npos);
}

TEST(WorkflowTest, TheOldFormOfTemplatesIsRefusedWithTheNewOne) {
  const auto error = why(with_step(std::string(kClean) + "'{identity}'}}"));
  EXPECT_NE(error.find("w.yaml:5"), std::string::npos) << error;
  EXPECT_NE(error.find("{identity} is written ${node.identity} now"), std::string::npos) << error;
}

TEST(WorkflowTest, AProgramIsAPathWithWordsAndAMapOfInputs) {
  const auto of = [](const std::string& rest) {
    return why(with_step("{name: x, do: program, " + rest + "}"));
  };
  EXPECT_EQ(of("outputs: [a, b], with: {command: [/bin/x, '${node.identity}', 3], input: {a: "
               "'${node.facts.b}'}}"),
            "");
  for (const auto* bad :
       {"with: {input: {}}", "with: {command: /bin/x}", "with: {command: []}",
        "with: {command: [x]}", "with: {command: ['/bin/${node.identity}']}",
        "with: {command: [/bin/x, [y]]}", "with: {command: [/bin/x], input: 3}",
        "with: {command: [/bin/x], inputs: {}}", "with: {command: [/bin/x]}, outputs: [a.b]",
        "with: {command: [/bin/x]}, outputs: [a, a]"}) {
    const auto error = of(bad);
    EXPECT_NE(error.find("w.yaml:5"), std::string::npos) << bad << ": " << error;
  }
  EXPECT_NE(of("with: {command: [/bin/x], inputs: {}}").find("did you mean 'input'?"),
            std::string::npos);
}

TEST(WorkflowTest, WhatAProgramGivesIsKnownToLaterSteps) {
  const auto of = [](const std::string& name) {
    auto text = with_step("{name: x, do: program, outputs: [address], with: {command: [/bin/x]}}");
    return why(text.insert(text.find("  - {name: finish"),
                           std::string("  - ") + kClean + "'${steps.x." + name + "}'}}\n")
                   .replace(text.find("name: x, call"), 7, "name: y"));
  };
  EXPECT_EQ(of("address"), "");
  EXPECT_NE(of("adress").find("did you mean 'address'?"), std::string::npos);
}

TEST(WorkflowTest, ASelectionIsAFilterThatPresenceAnswers) {
  const auto of = [](const std::string& rest) {
    return why(with_step("{name: x, do: choose, " + rest + "}"));
  };
  EXPECT_EQ(of("from: 'role=db and not country=us', agent: puppet, facts: [country], most: 3, "
               "if_none: wait"),
            "");
  for (const auto* bad : {"most: 2", "from: 'role='", "from: role=db, most: 0",
                          "from: role=db, most: 101", "from: \"fstat('/x').md5=1\"",
                          "from: 'role=${node.facts.role}'", "from: role=db, agent: 'a b'"}) {
    const auto error = of(bad);
    EXPECT_NE(error.find("w.yaml:5"), std::string::npos) << bad << ": " << error;
  }
  EXPECT_NE(of("from: role=db, if_none: skp").find("did you mean 'skip'?"), std::string::npos);
}

TEST(WorkflowTest, ACallOnOthersFindsThemOrNamesThem) {
  const auto of = [](const std::string& on) {
    auto text = with_step("{name: x, do: choose, from: role=db}");
    return why(text.insert(text.find("  - {name: finish"),
                           "  - {name: y, call: rpcutil#ping, on: " + on + "}\n"));
  };
  EXPECT_EQ(of("'${steps.x.identities}'"), "");
  EXPECT_EQ(of("{filter: role=db, most: 2, if_none: skip}"), "");
  EXPECT_NE(of("'${steps.x.identites}'").find("did you mean 'identities'?"), std::string::npos);
  EXPECT_NE(of("'${steps.x.identity} ${steps.x.address}'").find("w.yaml:6"), std::string::npos);
  EXPECT_NE(of("{filter: role=db, mots: 2}").find("most"), std::string::npos);
  EXPECT_NE(of("{}").find("'filter' is a filter"), std::string::npos);
  EXPECT_NE(of("nod").find("did you mean 'node'?"), std::string::npos);
}

TEST(WorkflowTest, AClaimKnowsNoKeysOfTries) {
  for (const auto* key :
       {"when: joining", "timeout_s: 3", "tries: 3", "backoff_s: 3", "on_failure: skip"}) {
    const auto error =
        why(std::string("name: w\nsteps:\n  - {name: claim, do: claim, ") + key + "}\n");
    EXPECT_NE(error.find("w.yaml:3"), std::string::npos) << error;
    EXPECT_NE(error.find("'do: claim' is done once in each attempt"), std::string::npos) << error;
  }
}

TEST(WorkflowTest, AnOutputIsThereOnlyAfterItsStep) {
  constexpr auto kAsk =
      "{name: ask, call: puppetca#status, on: master, with: {certname: "
      "'${node.identity}'}}";
  const auto use = std::string(kClean) + "'${steps.ask.state}'}}";
  EXPECT_EQ(why(with_step(std::string(kAsk) + "\n  - " + use)), "");
  EXPECT_NE(why(with_step(use)).find("there is no step 'ask'"), std::string::npos);
  EXPECT_NE(why(with_step(use + "\n  - " + kAsk)).find("'ask' has not been done by then"),
            std::string::npos);
}

TEST(WorkflowTest, OfARepliesOutputsThoseAreKeptThatALaterStepNames) {
  const auto workflow = parse_workflow(
      with_step("{name: ask, call: puppetca#status, on: master, with: {certname: a}}\n  - " +
                std::string(kClean) + "'${steps.ask.state}-${steps.ask.state}'}}"),
      "w.yaml");
  ASSERT_TRUE(workflow) << workflow.error().message;
  EXPECT_EQ(workflow->steps[workflow->index_of("ask")].kept, std::vector<std::string>{"state"});
  EXPECT_TRUE(workflow->steps[workflow->index_of("x")].kept.empty());
}

TEST(WorkflowTest, MastersAreAskedForTheFactsThatAreNamed) {
  const auto workflow =
      parse_workflow(with_step(std::string(kClean) + "'${master.facts.rack.row}'}}"), "w.yaml");
  ASSERT_TRUE(workflow) << workflow.error().message;
  EXPECT_EQ(workflow->facts_of_masters(), (std::vector<std::string>{"country", "rack.row"}));
}

TEST(WorkflowTest, AConditionIsCheckedWithFileAndLine) {
  const auto step = [](const std::string& when) {
    return why(with_step("{name: x, call: provision#status, when: '" + when + "'}"));
  };
  EXPECT_EQ(step("country=de and master.facts.country=de and joining"), "");
  EXPECT_NE(step("master.country=de").find("w.yaml:5"), std::string::npos);
  EXPECT_NE(step("master.country=de").find("step 'x': there is no 'master.country'"),
            std::string::npos);
  EXPECT_NE(step("joning").find("did you mean 'joining'?"), std::string::npos);
  EXPECT_NE(step("steps.finish.state=a").find("'finish' has not been done by then"),
            std::string::npos);
}

constexpr auto kFailing = "{name: x, call: provision#status, on_failure: ";

TEST(WorkflowTest, StepsThatCompensateAreReadAsTheOthers) {
  const auto workflow = parse_workflow(
      with_step(std::string(kFailing) +
                "{compensate: [{name: undo, call: puppetca#clean, on: master, with: {certname: "
                "'${node.identity}'}}, {name: tell, do: notify}]}}"),
      "w.yaml");
  ASSERT_TRUE(workflow) << workflow.error().message;
  const auto& step = workflow->steps[workflow->index_of("x")];
  EXPECT_EQ(step.on_failure, OnFailure::compensate);
  ASSERT_EQ(step.compensation.size(), 2U);
  EXPECT_EQ(step.compensation[0].action, "clean");
  EXPECT_EQ(workflow->index_of("undo"), workflow->steps.size()) << "it is in no run by itself";
}

TEST(WorkflowTest, StepsThatCompensateAreCheckedAsTheOthers) {
  const auto compensating = [](const std::string& step) {
    return why(with_step(std::string(kFailing) + "{compensate: [" + step + "]}}"));
  };
  EXPECT_NE(compensating("{name: claim, do: notify}").find("two steps are named 'claim'"),
            std::string::npos);
  EXPECT_NE(compensating("{name: u, do: pick-master}").find("cannot be a step of 'compensate'"),
            std::string::npos);
  EXPECT_NE(compensating("{name: u, call: rpcutil#get_fact, with: {fact: '${steps.x.state}'}}")
                .find("'x' has not been done by then"),
            std::string::npos);
  EXPECT_NE(compensating("{name: u, do: notify, on_failure: skip}").find("as the others"),
            std::string::npos);
  EXPECT_NE(compensating("").find("a list of 1 to 8 steps"), std::string::npos);
  EXPECT_NE(why(with_step(std::string(kFailing) + "{compensat: []}}")).find("'compensate'"),
            std::string::npos);
}

TEST(WorkflowTest, AWaitIsForATimeOrForANode) {
  EXPECT_EQ(why(with_step("{name: x, do: wait, with: {seconds: 600}}")), "");
  EXPECT_EQ(why(with_step("{name: x, do: wait, with: {node: '${master.identity}'}}")), "");
  EXPECT_NE(why(with_step("{name: x, do: wait, with: {secons: 1}}")).find("'seconds'"),
            std::string::npos);
  for (const auto* with :
       {"{}", "{seconds: 1, node: a}", "{node: a, approval: b}", "{event: joined, seconds: 60}",
        "{event: joined, approval: dba}", "{event: joined, from: b, seconds: 60}"})
    EXPECT_NE(why(with_step(std::string("{name: x, do: wait, with: ") + with + "}"))
                  .find("needs one of with: {seconds: NUMBER}, {node: NAME}"),
              std::string::npos)
        << with;
  for (const auto* seconds : {"0", "86401", "soon", "1.5"})
    EXPECT_NE(why(with_step(std::string("{name: x, do: wait, with: {seconds: ") + seconds + "}}"))
                  .find("from 1 to 86400"),
              std::string::npos)
        << seconds;
}

TEST(WorkflowTest, AWaitIsForTheApprovalOfAGroupWithADayAndOneTry) {
  const auto workflow =
      parse_workflow(with_step("{name: x, do: wait, with: {approval: dba}}"), "w.yaml");
  ASSERT_TRUE(workflow) << workflow.error().message;
  const auto& step = workflow->steps[2];
  EXPECT_EQ(step.timeout, std::chrono::hours(24));
  EXPECT_EQ(step.tries, 1U);
  EXPECT_EQ(step.on_failure, OnFailure::fail);
  EXPECT_EQ(why(with_step("{name: x, do: wait, with: {approval: dba}, timeout_s: 604800}")), "");
  EXPECT_NE(why(with_step("{name: x, do: wait, with: {approval: dba}, timeout_s: 604801}")), "");
  EXPECT_NE(why(with_step("{name: x, do: wait, with: {approval: '${node.facts.group}'}}")), "");
}

TEST(WorkflowTest, AWaitIsForAnEventAboutANode) {
  EXPECT_EQ(why(with_step("{name: x, do: wait, with: {event: joined, from: '${node.facts.db}'}}")),
            "");
  EXPECT_NE(why(with_step("{name: x, do: wait, with: {event: provisoned, from: b}}"))
                .find("nobody tells of an event 'provisoned'; did you mean 'provisioned'?"),
            std::string::npos);
  EXPECT_NE(why(with_step("{name: x, do: wait, with: {event: joined}}")).find("needs 'from'"),
            std::string::npos);
  EXPECT_NE(why(with_step("{name: x, do: wait, with: {node: a, from: b}}")).find("no input 'from'"),
            std::string::npos);
  EXPECT_NE(why(with_step("{name: x, do: wait, with: {event: '${node.facts.e}', from: b}}")), "");
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
