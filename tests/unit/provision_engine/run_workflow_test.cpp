// A run of a node that began with another text of the workflow.
#include "orchestrator/provision/run/node_run.hpp"

#include "tests/unit/provision_engine/node_run_lab.hpp"

namespace muster::provision {
namespace {

using testing::HasSubstr;

class WorkflowOfARunTest : public NodeRunTest {
 protected:
  WorkflowOfARunTest() {
    old_ = workflow_;
    old_.hash = std::string(64, '0');
  }
  // Until its end.
  Ending end_of(RunInput input) {
    const auto attempt = run_of(std::move(input));
    auto story = attempt->run();
    story.start([] {});
    EXPECT_TRUE(world_.loop.advance_until([&] { return story.ended(); }, std::chrono::hours(1)));
    return story.ended() ? story.take() : Ending{};
  }
  RunInput knowing(const std::string& hash) const {
    auto input = node();
    input.has_workflow = [hash](const std::string& asked) {
      return asked == hash ? Status{} : fail(Errc::unavailable, "nobody has it");
    };
    return input;
  }

  workflow::Workflow old_;
};

TEST_F(WorkflowOfARunTest, WhatTheNodeIsInIsNamedAndNothingIsToldOrGivenBack) {
  world_.node_did(old_, "sign-certificate", "m-us");
  const auto ending = end_of(knowing(old_.hash));
  EXPECT_EQ(ending.kind, Ending::Kind::other_workflow);
  EXPECT_EQ(ending.workflow_hash, old_.hash);
  EXPECT_EQ(told_, 0);
  EXPECT_EQ(world_.calls.size(), 1U) << "the claim";
}

TEST_F(WorkflowOfARunTest, OneThatCannotBeHadIsWaitedForWithWordsAndAWayOut) {
  world_.node_did(old_, "sign-certificate", "m-us");
  const auto ending = end_of(knowing("another"));
  EXPECT_EQ(ending.kind, Ending::Kind::again);
  EXPECT_TRUE(ending.held_up) << "nothing is wrong with the node";
  EXPECT_THAT(ending.reason, HasSubstr("000000000000"));
  EXPECT_THAT(ending.reason, HasSubstr("nobody has it"));
  EXPECT_THAT(ending.reason, HasSubstr("'muster provision again web1'"));
  EXPECT_EQ(world_.count("web1 joining provision#release"), 1U);
}

TEST_F(WorkflowOfARunTest, ItsRecordThenSaysWhatTheNodeIsIn) {
  world_.node_did(old_, "sign-certificate", "m-us");
  end_of(node());
  EXPECT_EQ(record_.state, "waiting");
  EXPECT_EQ(record_.workflow_hash, old_.hash);
  EXPECT_TRUE(record_.finished.contains("sign-certificate"));
  EXPECT_EQ(record_.master, "m-us");
  EXPECT_TRUE(world_.told.finished.empty()) << "the node keeps what it knows";
}

TEST_F(WorkflowOfARunTest, ANodeThatHasFinishedNothingGetsThePresentOne) {
  auto input = node();
  input.present = "present";
  input.has_workflow = [](const std::string&) { return Status{}; };
  const auto ending = end_of(input);
  EXPECT_EQ(ending.kind, Ending::Kind::other_workflow);
  EXPECT_EQ(ending.workflow_hash, "present");
}

TEST_F(WorkflowOfARunTest, ANewBeginningIsInThisOneWhateverTheNodeRemembers) {
  world_.node_did(old_, "sign-certificate", "m-us");
  EXPECT_EQ(end_of(node(std::nullopt, true, /*anew=*/true)).kind, Ending::Kind::finished);
  EXPECT_EQ(record_.workflow_hash, workflow_.hash);
  EXPECT_EQ(world_.count("m-us puppetca#sign") + world_.count("m-de puppetca#sign"), 1U);
}

}  // namespace
}  // namespace muster::provision
