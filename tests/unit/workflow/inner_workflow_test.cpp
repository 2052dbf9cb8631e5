// `do: workflow`: another one as a step.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "orchestrator/workflow/parse.hpp"

namespace muster::workflow {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class InnerWorkflowTest : public testing::Test {
 protected:
  Result<Workflow> read() const {
    return parse_workflow(files_.at("w.yaml"), "/etc/w.yaml", Descriptions::built_in(),
                          [this](const std::string& file) -> Result<std::string> {
                            const auto at = files_.find(file);
                            if (at != files_.end()) return at->second;
                            return fail(Errc::not_found, "cannot read " + file);
                          });
  }
  std::string why() const {
    const auto read_ = read();
    return read_ ? "" : read_.error().message;
  }
  Workflow good() const {
    auto read_ = read();
    EXPECT_TRUE(read_) << read_.error().message;
    return read_ ? *std::move(read_) : Workflow();
  }
  static std::vector<std::string> names(const Workflow& workflow) {
    std::vector<std::string> names;
    for (const auto& step : workflow.steps) names.push_back(step.name);
    return names;
  }
  // Of the whole: a step that is dns.yaml, with more keys.
  void outer(const std::string& more, const std::string& last = "") {
    files_["w.yaml"] =
        "name: w\nsteps:\n  - {name: claim, do: claim}\n  - {name: pick, do: pick-master}\n"
        "  - {name: look, call: puppetca#status, on: master, with: {certname: x}}\n"
        "  - {name: dns, do: workflow, file: dns.yaml" +
        more + "}\n" + last;
  }
  void inner(const std::string& steps) { files_["dns.yaml"] = "name: dns\nsteps:\n" + steps; }

  std::map<std::string, std::string> files_;
};

constexpr auto kLook = "  - {name: look, call: puppetca#status, on: master, with: {certname: x}}\n";
constexpr auto kTell = "  - {name: tell, do: notify}\n";

TEST_F(InnerWorkflowTest, ItsStepsStandInItsPlace) {
  outer("", kTell);
  inner(std::string(kLook) + kTell);
  EXPECT_THAT(names(good()), ElementsAre("claim", "pick", "look", "dns/look", "dns/tell", "tell"));
}

TEST_F(InnerWorkflowTest, OneThatIsWholeGivesItsClaimAway) {
  outer("");
  inner(std::string("  - {name: claim, do: claim}\n") + kTell);
  EXPECT_THAT(names(good()), ElementsAre("claim", "pick", "look", "dns/tell"));
}

TEST_F(InnerWorkflowTest, ItsTextIsPartOfTheWholesAndOfItsHash) {
  outer("");
  inner(kTell);
  const auto one = good();
  EXPECT_THAT(one.text, HasSubstr("--- # file: dns.yaml\nname: dns\n"));
  const auto again = parse_workflow(one.text, "workflow abc");
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->hash, one.hash);
  EXPECT_EQ(names(*again), names(one));
  inner(kLook);
  EXPECT_NE(good().hash, one.hash);
}

TEST_F(InnerWorkflowTest, ANameMeansAStepOfItsOwnFirst) {
  outer("",
        "  - {name: use, call: puppetca#status, on: master, with: {certname: "
        "'${steps.dns/look.state}'}, when: steps.dns/look.state=signed}\n");
  inner(std::string(kLook) +
        "  - {name: use, call: puppetca#status, on: master, when: steps.look.state=signed,"
        " with: {certname: 'a$${b}${steps.look.state}'}}\n");
  const auto steps = good().steps;
  EXPECT_EQ(steps[4].arguments["certname"], "a$${b}${steps.dns/look.state}");
  EXPECT_THAT(steps[4].when.names(), ElementsAre("steps.dns/look.state"));
  EXPECT_EQ(steps[4].when.text(), "steps.look.state=signed");
  EXPECT_THAT(steps[3].kept, ElementsAre("state"));
  EXPECT_TRUE(steps[2].kept.empty());
}

TEST_F(InnerWorkflowTest, WhatStandsBeforeItIsKnownInIt) {
  outer("");
  inner(
      "  - {name: use, call: puppetca#status, on: master, with: {certname: "
      "'${steps.look.state}${master.address}'}}\n");
  EXPECT_EQ(good().steps[3].arguments["certname"], "${steps.look.state}${master.address}");
  inner(
      "  - {name: use, call: puppetca#status, on: master, with: {certname: "
      "'${steps.lok.state}'}}\n");
  EXPECT_THAT(why(), HasSubstr("/etc/dns.yaml:3: step 'use': 'steps.lok.state': there is no step "
                               "'lok'; did you mean 'look'?"));
}

TEST_F(InnerWorkflowTest, AStepOfItsOwnThatComesLaterIsNotTakenFromOutside) {
  outer("");
  inner(
      "  - {name: use, call: puppetca#status, on: master, with: {certname: "
      "'${steps.look.state}'}}\n" +
      std::string(kLook));
  EXPECT_THAT(why(), HasSubstr("the step 'look' has not been done by then"));
}

TEST_F(InnerWorkflowTest, WhatIsWrongInItIsToldWithBothFilesAndLines) {
  outer("");
  inner("  - {name: tell, do: notfy}\n");
  EXPECT_THAT(why(), HasSubstr("/etc/w.yaml:6: /etc/dns.yaml:3: unknown do 'notfy'; did you mean "
                               "'notify'?"));
  files_.erase("dns.yaml");
  EXPECT_THAT(why(), HasSubstr("/etc/w.yaml:6: cannot read dns.yaml"));
  inner("");
  EXPECT_THAT(why(), HasSubstr("there is no step"));
}

TEST_F(InnerWorkflowTest, PathsBeginWhereTheFileLiesThatNamesThem) {
  outer("");
  files_["w.yaml"].replace(files_["w.yaml"].find("dns.yaml"), 8, "parts/dns.yaml");
  files_["parts/dns.yaml"] = "name: dns\nsteps:\n  - {name: more, do: workflow, file: ../x.yaml}\n";
  files_["x.yaml"] = std::string("name: x\nsteps:\n") + kTell;
  EXPECT_THAT(names(good()), ElementsAre("claim", "pick", "look", "dns/more/tell"));
}

TEST_F(InnerWorkflowTest, NoneLiesOutsideTheFolderOfTheWhole) {
  for (const std::string file :
       {"/etc/other.yaml", "../other.yaml", "parts/../../other.yaml", ".."}) {
    outer("");
    files_["w.yaml"].replace(files_["w.yaml"].find("dns.yaml"), 8, file);
    files_["/etc/other.yaml"] = files_["../other.yaml"] = std::string("name: x\nsteps:\n") + kTell;
    EXPECT_THAT(why(),
                HasSubstr("/etc/w.yaml:6: '" + file + "' leaves the folder of the workflow"));
  }
  outer("");
  inner("  - {name: more, do: workflow, file: ../other.yaml}\n");
  EXPECT_THAT(why(), HasSubstr("/etc/dns.yaml:3: '../other.yaml' leaves the folder"));
}

TEST_F(InnerWorkflowTest, NoneIsAStepOfItself) {
  outer("");
  inner("  - {name: back, do: workflow, file: w.yaml}\n");
  EXPECT_THAT(why(), HasSubstr("/etc/dns.yaml:3: a workflow cannot be a step of itself: w.yaml > "
                               "dns.yaml > w.yaml"));
}

TEST_F(InnerWorkflowTest, DepthNumberAndNamesHaveLimits) {
  outer("");
  files_["dns.yaml"] = "name: a\nsteps:\n  - {name: n, do: workflow, file: 1.yaml}\n";
  for (int i = 1; i < 6; ++i)
    files_[std::to_string(i) + ".yaml"] =
        "name: a\nsteps:\n  - {name: n, do: workflow, file: " + std::to_string(i + 1) + ".yaml}\n";
  EXPECT_THAT(why(), HasSubstr("workflows are 4 deep in one another at most"));
  inner(kTell);
  std::string many;
  for (int i = 0; i < 17; ++i)
    many += "  - {name: n" + std::to_string(i) + ", do: workflow, file: dns.yaml}\n";
  outer("", many);
  EXPECT_THAT(why(), HasSubstr("more than 16 steps are other workflows"));
  outer("");
  inner("  - {name: " + std::string(61, 'x') + ", do: notify}\n");
  EXPECT_THAT(why(), HasSubstr("has a name of 65 bytes; the limit is 64"));
}

TEST_F(InnerWorkflowTest, AllStepsTogetherAreNotTooMany) {
  std::string many;
  for (int i = 0; i < 40; ++i) many += "  - {name: n" + std::to_string(i) + ", do: notify}\n";
  inner(many);
  outer("", "  - {name: more, do: workflow, file: dns.yaml}\n");
  EXPECT_THAT(why(), HasSubstr("83 steps by now, with those of other workflows; the limit is 64"));
}

TEST_F(InnerWorkflowTest, OneThatHoldsNothingButItsClaimIsRefusedByName) {
  outer("");
  inner("  - {name: more, do: workflow, file: claim.yaml}\n");
  files_["claim.yaml"] = "name: c\nsteps:\n  - {name: claim, do: claim}\n";
  EXPECT_THAT(why(), HasSubstr("/etc/dns.yaml:3: /etc/claim.yaml has no step besides its claim"));
  files_["claim.yaml"] = "name: c\nsteps: []\n";
  EXPECT_THAT(why(), HasSubstr("there is no step"));
}

// Read one by one they would take minutes, in which an orchestrator that reloads its workflows answers nobody.
TEST_F(InnerWorkflowTest, StepsThatAliasesRepeatAreCountedAndNotRead) {
  outer("");
  std::string few = "  - &a {name: tell, do: notify, nonsense: 1}\n";
  for (int i = 0; i < 100; ++i) few += "  - *a\n";
  std::string many = few;
  for (int i = 0; i < 40'000; ++i) many += "  - *a\n";
  inner(many);
  EXPECT_THAT(why(), AllOf(HasSubstr("100000 values"), Not(HasSubstr("nonsense"))));
  inner(few);
  EXPECT_THAT(why(), AllOf(HasSubstr("steps; the limit is 64"), Not(HasSubstr("nonsense"))));
  files_["w.yaml"] = "name: w\nsteps:\n" + few;
  EXPECT_THAT(why(), AllOf(HasSubstr("steps; the limit is 64"), Not(HasSubstr("nonsense"))));
}

TEST_F(InnerWorkflowTest, ItNeedsAFileAndHasNoTriesOfItsOwn) {
  inner(kTell);
  outer(", tries: 2");
  EXPECT_THAT(why(), HasSubstr("'do: workflow' knows no 'tries': each of its steps has its own"));
  outer(", with: {x: 1}");
  EXPECT_THAT(why(), HasSubstr("unknown key 'with'"));
  outer("");
  files_["w.yaml"].replace(files_["w.yaml"].find(", file: dns.yaml"), 16, "");
  EXPECT_THAT(why(), HasSubstr("'do: workflow' needs 'file'"));
}

TEST_F(InnerWorkflowTest, WhatFollowsAFailureIsTheOutersWhereTheStepSaysNothing) {
  outer(", on_failure: other-master");
  inner(std::string(kLook) + "  - {name: tell, do: notify, on_failure: fail}\n");
  const auto steps = good().steps;
  EXPECT_EQ(steps[3].on_failure, OnFailure::other_master);
  EXPECT_EQ(steps[4].on_failure, OnFailure::fail);
  outer(", on_failure: {compensate: [{name: undo, do: notify}]}");
  const auto compensated = good().steps;
  ASSERT_EQ(compensated[3].compensation.size(), 1U);
  EXPECT_EQ(compensated[3].compensation[0].name, "undo");
  outer(", on_failure: skip");
  EXPECT_EQ(good().steps[3].skipped_with_it, "dns");
}

TEST_F(InnerWorkflowTest, WhatTheOuterSaysOfFailuresHoldsForAnApprovalThatSaysNothing) {
  const std::string asks = "  - {name: ok, do: wait, with: {approval: dba}";
  inner(asks + "}\n");
  outer(", on_failure: skip");
  EXPECT_EQ(good().steps[3].on_failure, OnFailure::skip);
  EXPECT_EQ(good().steps[3].skipped_with_it, "dns");
  outer("");
  EXPECT_EQ(good().steps[3].on_failure, OnFailure::fail);
  inner(asks + ", on_failure: fail}\n");
  outer(", on_failure: skip");
  EXPECT_EQ(good().steps[3].on_failure, OnFailure::fail) << "it says so";
}

TEST_F(InnerWorkflowTest, TheOutersConditionIsShownWithItsOwn) {
  outer(", when: country=de");
  inner("  - {name: tell, do: notify, when: joining}\n");
  const auto step = good().steps[3];
  EXPECT_EQ(condition_text(step), "(country=de) and (joining)");
  EXPECT_EQ(conditions_of(step, {}).size(), 2U);
  EXPECT_EQ(conditions_of(step, {"dns/other"}).size(), 1U) << "it has begun";
  EXPECT_EQ(conditions_of(step, {"dns-x", "dns0"}).size(), 2U);
}

}  // namespace
}  // namespace muster::workflow
