// Steps that wait.
#include <gmock/gmock.h>

#include "orchestrator/workflow/parse.hpp"
#include "tests/unit/provision_engine/node_run_lab.hpp"

namespace muster::provision {
namespace {

class WaitOfARunTest : public NodeRunTest {
 protected:
  void wait_step(const std::string& rest) {
    auto workflow = workflow::parse_workflow(
        "name: w\nsteps:\n  - {name: claim, do: claim}\n  - {name: wait, do: wait, " + rest +
            "}\n  - {name: finish, call: provision#finish}\n",
        "w.yaml");
    ASSERT_TRUE(workflow) << workflow.error().message;
    workflow_ = *std::move(workflow);
  }
};

TEST_F(WaitOfARunTest, ItTakesItsTimeAndRenewsTheLease) {
  wait_step("with: {seconds: 600}");
  const auto begun_ms = world_.unix_ms();
  EXPECT_EQ(run().kind, Ending::Kind::finished);
  EXPECT_GE(world_.unix_ms() - begun_ms, 600'000);
  EXPECT_LT(world_.unix_ms() - begun_ms, 605'000);
  EXPECT_GE(world_.count("web1 joining provision#renew"), 600U / 60U);
  EXPECT_EQ(step("wait").tries, 1U);
}

TEST_F(WaitOfARunTest, ANodeThatIsOnlineIsNotWaitedFor) {
  wait_step("with: {node: db1}, timeout_s: 600");
  const auto begun_ms = world_.unix_ms();
  EXPECT_EQ(run().kind, Ending::Kind::finished);
  EXPECT_LT(world_.unix_ms() - begun_ms, 1'000);
}

TEST_F(WaitOfARunTest, ANodeThatDoesNotComeFailsTheStepAfterItsTime) {
  wait_step("with: {node: '${node.facts.country}-db1'}, timeout_s: 600, tries: 1");
  world_.silent = {"presence"};
  const auto ending = run();
  EXPECT_EQ(ending.reason, "wait: de-db1 was not online within 600 s");
  EXPECT_GE(world_.count("web1 joining provision#renew"), 9U);
}

TEST_F(WaitOfARunTest, ALostLeaseEndsTheWait) {
  wait_step("with: {seconds: 3600}, tries: 1");
  world_.fails("provision#renew", Errc::aborted, "stale fence");
  world_.fails("provision#release", Errc::aborted, "stale fence");
  const auto begun_ms = world_.unix_ms();
  EXPECT_EQ(run().kind, Ending::Kind::yielded);
  EXPECT_LT(world_.unix_ms() - begun_ms, 60'000);
}

TEST_F(WaitOfARunTest, AnApprovalIsAskedForOnceAndHoldsTheRunUpUntilItIsGiven) {
  wait_step("with: {approval: dba}");
  const auto ending = run();
  EXPECT_TRUE(ending.held_up);
  EXPECT_EQ(
      ending.reason,
      "wait: waits for the approval of one of dba: 'muster provision approve web1 --step wait'");
  EXPECT_EQ(record_.attempts, 0U);
  ASSERT_EQ(world_.notified.size(), 1U);
  EXPECT_EQ(world_.notified[0].state, client::kAsks);
  EXPECT_EQ(world_.notified[0].step, "wait");
  const auto since_ms = record_.waits.at(0).since_ms;
  world_.loop.advance(std::chrono::hours(1));
  EXPECT_TRUE(run(record_).held_up) << "by whoever goes on";
  EXPECT_EQ(record_.waits.at(0).since_ms, since_ms);
  EXPECT_EQ(world_.notified.size(), 1U);
  record_.waits.at(0).by = "carol";
  EXPECT_EQ(run(record_).kind, Ending::Kind::finished);
  EXPECT_EQ(step("wait").message, "approved by carol");
}

// Or a stolen node would answer its own gate.
TEST_F(WaitOfARunTest, ANodeThatSaysThatItWasApprovedIsNotBelieved) {
  wait_step("with: {approval: dba}");
  run();
  node_did("wait", "");
  (*world_.claimed)["progress"]["run_id"] = record_.run_id;
  EXPECT_TRUE(run(record_).held_up);
  EXPECT_EQ(world_.count("web1 joining provision#finish"), 0U);
  EXPECT_TRUE(run().held_up) << "nor where no record is left";
  EXPECT_EQ(world_.notified.size(), 2U);
}

TEST_F(WaitOfARunTest, WhatWasApprovedByTheRecordIsNotDoneAgain) {
  wait_step("with: {approval: dba}");
  run();
  record_.waits.at(0).by = "carol";
  node_did("wait", "");
  (*world_.claimed)["progress"]["run_id"] = record_.run_id;
  EXPECT_EQ(run(record_).kind, Ending::Kind::finished);
  EXPECT_EQ(step("claim").message, "goes on after wait");
}

TEST_F(WaitOfARunTest, AnotherGroupsApprovalIsNotThisOnes) {
  wait_step("with: {approval: dba}");
  run();
  record_.waits.at(0).group = "interns";
  record_.waits.at(0).by = "carol";
  EXPECT_TRUE(run(record_).held_up);
  ASSERT_EQ(record_.waits.size(), 1U);
  EXPECT_EQ(record_.waits.at(0).group, "dba");
  EXPECT_EQ(record_.waits.at(0).by, "");
  EXPECT_EQ(world_.notified.size(), 2U);
}

TEST_F(WaitOfARunTest, AnApprovalIsOfTheTextThatPeopleCouldRead) {
  wait_step("with: {approval: dba}");
  run();
  record_.waits.at(0).by = "carol";
  wait_step("with: {approval: dba}, timeout_s: 7200");
  EXPECT_TRUE(run(record_).held_up);
  ASSERT_EQ(record_.waits.size(), 1U);
  EXPECT_EQ(record_.waits.at(0).by, "");
}

TEST_F(WaitOfARunTest, AnApprovalIsOfTheRunThatWaitedForIt) {
  wait_step("with: {approval: dba}");
  run();
  record_.waits.at(0).by = "carol";
  node_did("claim", "");  // in a run "r", by its word
  EXPECT_TRUE(run(record_).held_up);
  EXPECT_EQ(record_.run_id, "r");
  EXPECT_EQ(record_.waits.at(0).by, "");
}

TEST_F(WaitOfARunTest, AnApprovalIsOfTheMasterThatPeopleCouldSee) {
  workflow_ = workflow::parse_workflow(
                  "name: w\nsteps:\n  - {name: claim, do: claim}\n"
                  "  - {name: pick, do: pick-master}\n"
                  "  - {name: drained, do: wait, with: {event: job, from: lb}}\n"
                  "  - {name: wait, do: wait, with: {approval: dba}}\n"
                  "  - {name: host, call: provision#set_puppet_host, with: {addresses: [a]}, "
                  "tries: 1, on_failure: other-master}\n"
                  "  - {name: finish, call: provision#finish}\n",
                  "w.yaml")
                  .value();
  const auto attempt = run_of(node());
  auto story = attempt->run();
  story.start([] {});
  world_.loop.advance(std::chrono::minutes(1));
  world_.events.heard("job", "lb", world_.unix_ms());
  ASSERT_TRUE(world_.loop.advance_until([&] { return story.ended(); }, std::chrono::hours(1)));
  EXPECT_TRUE(story.take().held_up);
  const auto first = record_.master;
  record_.waits.at(1).by = "carol";
  world_.fails("provision#set_puppet_host", Errc::aborted, "read-only");
  EXPECT_TRUE(run(record_).held_up);
  EXPECT_NE(record_.master, first);
  EXPECT_EQ(step("drained").state, "done") << "what was heard is still so";
  ASSERT_EQ(world_.notified.size(), 2U);
  EXPECT_EQ(world_.notified[1].master, record_.master);
  EXPECT_EQ(world_.count("web1 joining provision#set_puppet_host"), 1U);
}

TEST_F(WaitOfARunTest, AnApprovalThatNobodyGivesInTimeIsAFailureAndIsAskedForAnew) {
  wait_step("with: {approval: dba}, timeout_s: 7200");
  run();
  world_.loop.advance(std::chrono::hours(2));
  const auto ending = run(record_);
  EXPECT_EQ(ending.kind, Ending::Kind::failed);
  EXPECT_EQ(ending.reason, "wait: nobody of dba has approved it within 2 h");
  EXPECT_TRUE(record_.waits.empty());
}

TEST_F(WaitOfARunTest, WhoCannotBeToldIsAskedTheNextTime) {
  wait_step("with: {approval: dba}");
  world_.told_people = fail(Errc::io, "disk full");
  const auto ending = run();
  EXPECT_TRUE(ending.held_up);
  EXPECT_EQ(ending.reason, "wait: nobody can be asked yet: disk full");
  world_.told_people = Status{};
  run(record_);
  EXPECT_EQ(world_.notified.size(), 2U);
  EXPECT_EQ(record_.waits.size(), 1U);
}

TEST_F(WaitOfARunTest, AnApprovalThatComesWhileTheRunIsUnderWayCounts) {
  wait_step("with: {approval: dba}");
  run();
  record_.state = "running";  // an orchestrator that died left it so
  const auto attempt = run_of(node(record_));
  auto story = attempt->run();
  story.start([] {});
  attempt->approve("wait", "carol");
  EXPECT_TRUE(world_.loop.advance_until([&] { return story.ended(); }, std::chrono::hours(1)));
  EXPECT_EQ(story.take().kind, Ending::Kind::finished);
}

// It was done again at each look, for as long as people took.
TEST_F(WaitOfARunTest, WhileAnApprovalIsWaitedForNothingBeforeItIsDoneAgain) {
  auto workflow = workflow::parse_workflow(
      "name: w\nsteps:\n  - {name: claim, do: claim}\n"
      "  - {name: dns, do: program, tries: 1, on_failure: skip, with: {command: [/usr/bin/dns]}}\n"
      "  - {name: ok, do: wait, with: {approval: dba}}\n"
      "  - {name: finish, call: provision#finish}\n",
      "w.yaml");
  ASSERT_TRUE(workflow) << workflow.error().message;
  workflow_ = *std::move(workflow);
  world_.program_prints = fail(Errc::aborted, "no such zone");
  const auto reason = run().reason;
  for (int look = 0; look < 10; ++look) {
    world_.loop.advance(std::chrono::minutes(5));
    const auto ending = run(record_);
    EXPECT_TRUE(ending.held_up);
    EXPECT_EQ(ending.reason, reason);
  }
  EXPECT_EQ(world_.programs.size(), 1U);
  EXPECT_EQ(world_.count("web1 joining provision#claim"), 1U);
  record_.waits.at(0).by = "carol";
  EXPECT_EQ(run(record_).kind, Ending::Kind::finished);
}

TEST_F(WaitOfARunTest, AnApprovalThatOnlyAnotherOrchestratorHeardCounts) {
  wait_step("with: {approval: dba}");
  run();
  auto theirs = record_;
  theirs.waits.at(0).by = "carol";
  auto input = node(record_);
  input.newest = [&theirs] { return std::optional(theirs); };
  EXPECT_EQ(run_to_end(std::move(input)).kind, Ending::Kind::finished);
  EXPECT_EQ(step("wait").message, "approved by carol");
}

TEST_F(WaitOfARunTest, AnEventEndsTheWait) {
  wait_step("with: {event: decommissioned, from: '${node.facts.country}-lb'}, timeout_s: 600");
  world_.events.heard("decommissioned", "de-lb", world_.unix_ms() - 1);  // before it was waited for
  const auto attempt = run_of(node());
  auto story = attempt->run();
  story.start([] {});
  world_.loop.advance(std::chrono::minutes(5));
  world_.events.heard("decommissioned", "us-lb", world_.unix_ms());
  world_.events.heard("joined", "de-lb", world_.unix_ms());
  world_.loop.advance(std::chrono::seconds(1));
  EXPECT_FALSE(story.ended());
  world_.events.heard("decommissioned", "de-lb", world_.unix_ms());
  world_.loop.advance(std::chrono::seconds(1));
  ASSERT_TRUE(story.ended());
  EXPECT_EQ(story.take().kind, Ending::Kind::finished);
}

TEST_F(WaitOfARunTest, AnEventThatDoesNotComeHoldsTheRunUpAndMayComeMeanwhile) {
  wait_step("with: {event: decommissioned, from: lb}, timeout_s: 600");
  const auto ending = run();
  EXPECT_TRUE(ending.held_up);
  EXPECT_EQ(ending.reason, "wait: no event 'decommissioned' about lb within 600 s");
  world_.events.heard("decommissioned", "lb", world_.unix_ms());
  world_.loop.advance(std::chrono::minutes(1));
  const auto begun_ms = world_.unix_ms();
  EXPECT_EQ(run(record_).kind, Ending::Kind::finished);
  EXPECT_LT(world_.unix_ms() - begun_ms, 1'000);
}

TEST_F(WaitOfARunTest, AStopEndsTheWaitAndCostsNoAttempt) {
  wait_step("with: {seconds: 3600}");
  const auto attempt = run_of(node());
  auto story = attempt->run();
  story.start([] {});
  world_.loop.advance(std::chrono::minutes(5));
  ASSERT_FALSE(story.ended());
  world_.waits.stop();
  world_.loop.advance(world_.latency);
  ASSERT_TRUE(story.ended());
  EXPECT_TRUE(story.take().held_up);
  EXPECT_EQ(world_.calls.back(), "web1 joining provision#release");
}

}  // namespace
}  // namespace muster::provision
