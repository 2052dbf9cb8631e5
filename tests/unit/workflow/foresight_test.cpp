#include "orchestrator/workflow/foresight.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "orchestrator/workflow/parse.hpp"

namespace muster::workflow {
namespace {

using Fate = Foreseen::Fate;
using testing::HasSubstr;

constexpr std::string_view kText = R"(name: w
steps:
  - {name: claim, do: claim}
  - {name: pick-master, do: pick-master}
  - {name: request, call: provision#request_certificate, with: {ca_pem: "${master.ca}"}}
  - {name: sign, call: puppetca#sign, on: master,
     with: {certname: "${node.identity}", fingerprint: "${steps.request.fingerprint}"}}
  - {name: only-french, do: notify, when: country=fr}
  - {name: by-reply, do: notify, when: steps.request.fingerprint=x}
)";

class ForesightTest : public testing::Test {
 protected:
  ForesightTest() {
    node_.values.set("node.identity", "n1");
    node_.values.set_facts("node.facts", std::make_shared<const Value>(Value{{"country", "de"}}));
  }
  Foreseen of(const std::string& step) const {
    for (const auto& each : foresee(workflow_, node_))
      if (each.step == step) return each;
    return {};
  }

  const Workflow workflow_ = parse_workflow(kText, "w.yaml").value();
  KnownOfNode node_;
};

TEST_F(ForesightTest, EachStepIsToldInItsOrder) {
  std::vector<std::string> names;
  for (const auto& each : foresee(workflow_, node_)) names.push_back(each.step);
  EXPECT_THAT(names, testing::ElementsAre("claim", "pick-master", "request", "sign", "only-french",
                                          "by-reply"));
}

TEST_F(ForesightTest, ASkippedStepTellsTheValueThatDecided) {
  const auto skipped = of("only-french");
  EXPECT_EQ(skipped.fate, Fate::skipped);
  EXPECT_EQ(skipped.why, "only when: country=fr; country is \"de\"");
}

TEST_F(ForesightTest, TheConditionOfABlockCountsUntilOneOfItsStepsIsFinished) {
  const auto workflow = parse_workflow(
      "name: w\nsteps:\n  - {name: claim, do: claim}\n"
      "  - {name: part, do: workflow, file: p.yaml, when: country=fr}\n"
      "--- # file: p.yaml\nname: p\nsteps:\n  - {name: one, do: notify}\n"
      "  - {name: two, do: notify}\n",
      "w.yaml");
  ASSERT_TRUE(workflow) << workflow.error().message;
  EXPECT_EQ(foresee(*workflow, node_)[2].fate, Fate::skipped);
  EXPECT_EQ(foresee(*workflow, node_)[2].why, "only when: country=fr; country is \"de\"");
  node_.finished = {"part/one"};
  EXPECT_EQ(foresee(*workflow, node_)[2].fate, Fate::runs);
}

TEST_F(ForesightTest, WhatAReplyDecidesIsOpen) {
  const auto open = of("by-reply");
  EXPECT_EQ(open.fate, Fate::open);
  EXPECT_THAT(open.why, HasSubstr("not known yet: steps.request.fingerprint"));
}

TEST_F(ForesightTest, AFinishedStepIsAskedAgainWhereItsReplyIsStillNeeded) {
  node_.finished = {"claim", "pick-master", "request"};
  EXPECT_EQ(of("pick-master").fate, Fate::finished);
  EXPECT_EQ(of("request").fate, Fate::runs);
  EXPECT_EQ(of("request").why, "again: sign needs what it answered");
  node_.goes_on = true;
  EXPECT_EQ(of("request").fate, Fate::finished);
}

TEST_F(ForesightTest, AReplyThatNobodyNeedsAnyMoreIsNotAskedForAgain) {
  node_.finished = {"claim", "pick-master", "request", "sign", "by-reply"};
  EXPECT_EQ(of("request").fate, Fate::finished);
}

}  // namespace
}  // namespace muster::workflow
