// What follows when a step has failed for good.
#include <gmock/gmock.h>

#include "orchestrator/workflow/parse.hpp"
#include "tests/unit/provision_engine/node_run_lab.hpp"

namespace muster::provision {
namespace {

class FailureOfARunTest : public NodeRunTest {
 protected:
  FailureOfARunTest() { world_.fails("provision#set_puppet_host", Errc::aborted, "read-only"); }
  // Of the one step that fails.
  void on_failure(const std::string& what) {
    auto workflow = workflow::parse_workflow(
        "name: w\nsteps:\n  - {name: claim, do: claim}\n"
        "  - {name: pick, do: pick-master}\n"
        "  - {name: host, call: provision#set_puppet_host, with: {addresses: [a]}, on_failure: " +
            what + "}\n  - {name: finish, call: provision#finish}\n",
        "w.yaml");
    ASSERT_TRUE(workflow) << workflow.error().message;
    workflow_ = *std::move(workflow);
  }
  void undo() {
    on_failure(
        "{compensate: [{name: undo, call: puppetca#clean, on: master, with: {certname: x}}, "
        "{name: tell, do: notify}, {name: member, do: notify, when: member}]}");
  }
};

TEST_F(FailureOfARunTest, ASkippedStepIsShownAndTheRunGoesOn) {
  on_failure("skip");
  EXPECT_EQ(run().kind, Ending::Kind::finished);
  EXPECT_EQ(step("host").state, "skipped");
  EXPECT_EQ(step("host").message, "failed: read-only");
  EXPECT_FALSE(record_.finished.contains("host"));
  EXPECT_EQ(world_.count("web1 joining provision#set_puppet_host"), 3U) << "each try was made";
}

TEST_F(FailureOfARunTest, NothingIsSkippedWithoutTheLease) {
  on_failure("skip");
  world_.fails("provision#renew", Errc::aborted, "stale fence");
  world_.fails("provision#release", Errc::aborted, "stale fence");
  EXPECT_EQ(run().kind, Ending::Kind::yielded);
  EXPECT_EQ(world_.count("web1 joining provision#finish"), 0U);
}

TEST_F(FailureOfARunTest, NothingIsSkippedWhileNobodyCanBeReached) {
  on_failure("skip");
  world_.fails("provision#set_puppet_host", Errc::unavailable, "not connected");
  EXPECT_TRUE(run().held_up);
  EXPECT_EQ(world_.count("web1 joining provision#finish"), 0U);
}

TEST_F(FailureOfARunTest, WhatCompensatesIsDoneInItsOrderThenTheAttemptEnds) {
  undo();
  const auto ending = run();
  EXPECT_EQ(ending.kind, Ending::Kind::again);
  EXPECT_EQ(ending.reason, "host: read-only; undo was done; tell was done");
  EXPECT_EQ(world_.notified.size(), 1U) << "one of them is for members only";
  EXPECT_EQ(step("undo").state, "done");
  EXPECT_EQ(record_.step, "host");
  EXPECT_EQ(world_.calls.back(), "web1 joining provision#release");
}

TEST_F(FailureOfARunTest, TheNextAttemptThatFailsCompensatesAgain) {
  undo();
  run();
  EXPECT_FALSE(record_.finished.contains("undo"));
  EXPECT_FALSE(world_.told.finished.contains("undo"));
  run(record_);
  EXPECT_EQ(world_.notified.size(), 2U);
}

TEST_F(FailureOfARunTest, OneThatFailsItselfIsNamedAndTheOthersAreDone) {
  undo();
  world_.fails("puppetca#clean", Errc::aborted, "no room");
  const auto ending = run();
  EXPECT_EQ(ending.reason, "host: read-only; undo failed: no room; tell was done");
  EXPECT_EQ(world_.notified.size(), 1U);
}

TEST_F(FailureOfARunTest, NothingIsUndoneWithoutTheLease) {
  undo();
  world_.fails("provision#renew", Errc::aborted, "stale fence");
  world_.fails("provision#release", Errc::aborted, "stale fence");
  EXPECT_EQ(run().kind, Ending::Kind::yielded);
  EXPECT_EQ(world_.count("m-de puppetca#clean") + world_.count("m-us puppetca#clean"), 0U);
  EXPECT_TRUE(world_.notified.empty());
}

TEST_F(FailureOfARunTest, WhatIsToFailWaitsForAPersonAfterOneAttempt) {
  on_failure("fail");
  const auto ending = run();
  EXPECT_EQ(ending.kind, Ending::Kind::failed);
  EXPECT_EQ(ending.reason, "host: read-only");
  EXPECT_EQ(record_.state, "failed");
  EXPECT_EQ(record_.attempts, 1U);
  EXPECT_EQ(world_.count("web1 joining provision#finish"), 0U);
  EXPECT_EQ(world_.calls.back(), "web1 joining provision#release");
}

TEST_F(FailureOfARunTest, WhatIsToFailDoesNotWhileNobodyCanBeReached) {
  on_failure("fail");
  world_.fails("provision#set_puppet_host", Errc::unavailable, "not connected");
  EXPECT_TRUE(run().held_up);
  EXPECT_EQ(record_.state, "waiting");
}

TEST_F(FailureOfARunTest, AStepThatSucceedsIsNotUndone) {
  undo();
  world_.on("provision#set_puppet_host", [](const Value&) { return Value::object(); });
  EXPECT_EQ(run().kind, Ending::Kind::finished);
  EXPECT_TRUE(world_.notified.empty());
}

}  // namespace
}  // namespace muster::provision
