#include "orchestrator/provision/run/run_record.hpp"

#include <gtest/gtest.h>

#include "tests/unit/provision_engine/node_run_lab.hpp"

namespace muster::provision {
namespace {

class RunRecordTest : public testing::Test {
 protected:
  RunRecord made(const RunInput& input) {
    return {workflow_, world_, "orch1", input,
            [this](const client::Record& record) { told_.push_back(record); }};
  }
  static RunInput input(std::optional<client::Record> before = std::nullopt) {
    return {"web1", std::nullopt, std::make_shared<const Value>(Value::object()),
            std::move(before)};
  }
  static client::Step done(const std::string& name) {
    client::Step line;
    line.name = name;
    line.state = "done";
    return line;
  }
  client::Record running_record() const {
    client::Record record;
    record.run_id = "r";
    record.workflow_hash = workflow_.hash;
    record.state = "running";
    record.attempts = 2;
    record.fence = 4;
    return record;
  }

  const workflow::Workflow workflow_ = shipped_workflow();
  FakeWorld world_;
  std::vector<client::Record> told_;
};

TEST_F(RunRecordTest, OfWhatPeopleWereToldBeforeTheNextAttemptKnowsNothing) {
  auto before = running_record();
  before.state = "failed";
  before.told = true;
  const auto node = input(before);
  EXPECT_FALSE(made(node)->told);
}

TEST_F(RunRecordTest, SinceWhenItHasFinishedNoFurtherStepIsKeptOverAttempts) {
  auto before = running_record();
  before.state = "waiting";
  before.finished = {"pick-master"};
  before.steps_most = 1;
  before.no_step_since_ms = 5;
  before.told_late = true;
  const auto node = input(before);
  auto record = made(node);
  record.begin_step("pick-master");
  record->finished = {"pick-master"};
  record.end_step("done", "");
  EXPECT_EQ(record->no_step_since_ms, 5) << "it was done before";
  EXPECT_TRUE(record->told_late);
  record.begin_step("set-puppet-host");
  record->finished.insert("set-puppet-host");
  record.end_step("done", "");
  EXPECT_EQ(record->no_step_since_ms, world_.unix_ms());
  EXPECT_FALSE(record->told_late);
}

TEST_F(RunRecordTest, AStepThatIsClosedIsToldWithTheNextWord) {
  const auto node = input();
  auto record = made(node);
  record.begin_step("pick-master");
  record.close_step("pick-master", "done", "");
  EXPECT_EQ(told_.size(), 1U);
  record.begin_step("set-puppet-host");
  ASSERT_EQ(told_.size(), 2U);
  EXPECT_EQ(told_.back().steps.at(0).state, "done");
  EXPECT_EQ(told_.back().steps.at(1).state, "running");
}

TEST_F(RunRecordTest, AnotherRunAndOneThatGoesOnAfterAFailureBeginTheTimeAnew) {
  auto before = running_record();
  before.no_step_since_ms = 5;
  for (const auto* state : {"finished", "failed"}) {
    before.state = state;
    const auto node = input(before);
    EXPECT_EQ(made(node)->no_step_since_ms, world_.unix_ms()) << state;
  }
}

TEST_F(RunRecordTest, AnApprovalBeginsTheTimeAnew) {
  auto before = running_record();
  before.waits.push_back({"ok", "dba", 1, 2, ""});
  before.no_step_since_ms = 5;
  before.told_late = true;
  const auto node = input(before);
  auto record = made(node);
  record.approve("another", "carol");
  EXPECT_EQ(record->no_step_since_ms, 5);
  record.approve("ok", "carol");
  EXPECT_EQ(record->no_step_since_ms, world_.unix_ms());
  EXPECT_FALSE(record->told_late);
}

TEST_F(RunRecordTest, ThatPeopleAreNotToldYetIsSaidUntilAnotherSaysThatTheyWere) {
  auto known = running_record();
  auto node = input(known);
  node.newest = [&known] { return std::optional(known); };
  auto record = made(node);
  record.leave_untold();
  record.publish();
  EXPECT_TRUE(told_.back().untold) << "what was known before says nothing of it";
  known = told_.back();
  record.publish();
  EXPECT_TRUE(told_.back().untold);
  known.untold = false;
  record.publish();
  EXPECT_FALSE(told_.back().untold);
}

TEST_F(RunRecordTest, WhoGoesOnWithItHearsThatPeopleWereToldBeforeItsFirstWord) {
  auto known = running_record();
  known.untold = true;
  auto node = input(known);
  node.newest = [&known] { return std::optional(known); };
  auto record = made(node);
  known.untold = false;
  record.publish();
  EXPECT_FALSE(told_.back().untold);
}

TEST_F(RunRecordTest, TheNodeKeepsThatPeopleAreNotToldYetUntilTheyWere) {
  auto known = running_record();
  auto node = input(known);
  node.newest = [&known] { return std::optional(known); };
  auto record = made(node);
  EXPECT_FALSE(record.progress().untold);
  record.leave_untold();
  EXPECT_TRUE(record.progress().untold);
  record.publish();
  known = told_.back();
  EXPECT_TRUE(record.progress().untold);
  known.untold = false;
  EXPECT_FALSE(record.progress().untold);
}

TEST_F(RunRecordTest, WhoKnowsNothingOfTheRunHearsFromTheNodeThatPeopleAreNotTold) {
  const auto node = input(running_record());
  auto record = made(node);
  progress::Progress told;
  told.run_id = "a run of which we know nothing";
  told.untold = true;
  record.go_on_with(told);
  EXPECT_TRUE(record->untold);
}

TEST_F(RunRecordTest, AFailureIsTheLastThatPeopleAreTold) {
  auto before = running_record();
  before.untold = true;
  EXPECT_TRUE(made(input(before))->untold) << "another goes on with it, and does not tell it again";
  before.state = "failed";
  EXPECT_FALSE(made(input(before))->untold);
}

// Both are noted by whichever orchestrator's turn it is, and the run told over them.
TEST_F(RunRecordTest, WhatOthersNoteBesideTheRunStaysInItsRecord) {
  auto known = running_record();
  known.no_step_since_ms = 5;
  auto node = input(known);
  node.key_fingerprint = "ours";
  node.newest = [&known] { return std::optional(known); };
  auto record = made(node);
  known.claim = messages::NameClaim{"another", "10.0.0.9", 1, true};
  known.approval = messages::NameApproval{"another", "alice", 1, 2};
  known.told_late = true;
  record.publish();
  ASSERT_TRUE(told_.back().claim);
  EXPECT_TRUE(told_.back().approval);
  EXPECT_TRUE(told_.back().told_late);
  known.claim->key_fingerprint = known.approval->key_fingerprint = "ours";
  record.publish();
  EXPECT_FALSE(told_.back().claim) << "it has the name now";
  EXPECT_FALSE(told_.back().approval);
}

// It heard the order, and we, who have the run, did not.
TEST_F(RunRecordTest, AnApprovalThatAnotherOrchestratorWroteDownIsNotErased) {
  auto known = running_record();
  known.waits = {{"ok", "dba", 5, 100, ""}, {"fine", "dba", 6, 100, ""}};
  auto node = input(known);
  node.newest = [&known] { return std::optional(known); };
  auto record = made(node);
  known.waits[0].by = known.waits[1].by = "carol";
  record.wait_of("fine")->since_ms = 7;
  record.publish();
  ASSERT_EQ(told_.back().waits.size(), 2U);
  EXPECT_EQ(told_.back().waits[0].by, "carol");
  EXPECT_EQ(told_.back().waits[1].by, "") << "it was asked for anew since";
  known.run_id = "another";
  record.publish();
  EXPECT_EQ(told_.back().waits[0].by, "") << "it is of another run";
}

TEST_F(RunRecordTest, ARunThatWasLeftRunningIsTheSameAttempt) {
  const auto node = input(running_record());
  const auto record = made(node);
  EXPECT_EQ(record->run_id, "r");
  EXPECT_EQ(record->attempts, 2U);
  EXPECT_EQ(record->orchestrator, "orch1");
}

TEST_F(RunRecordTest, OneThatWaitedIsTheNextAttemptAndOneThatEndedAnotherRun) {
  auto before = running_record();
  before.state = "waiting";
  const auto waited = input(before);
  EXPECT_EQ(made(waited)->attempts, 3U);
  before.state = "finished";
  const auto ended = input(before);
  EXPECT_NE(made(ended)->run_id, "r");
  EXPECT_EQ(made(ended)->attempts, 1U);
}

TEST_F(RunRecordTest, WithoutALeaseItIsToldUnderTheLastOneOfItsRun) {
  const auto node = input(running_record());
  auto record = made(node);
  EXPECT_EQ(record->fence, 0);
  EXPECT_EQ(record.told().fence, 4);
  record.begin_under(9);
  EXPECT_EQ(record.told().fence, 9);
  record.begin_anew();
  EXPECT_EQ(record.told().fence, 0) << "it is another run";
}

TEST_F(RunRecordTest, AStepThatIsDoneAgainReplacesItsLineAndGoesOnCounting) {
  const auto node = input();
  auto record = made(node);
  record.begin_step("sign").tries = 2;
  record.begin_step("fetch");
  EXPECT_EQ(record.begin_step("sign").tries, 2U) << "its orchestrator died in it";
  record.end_step("done", "as asked");
  EXPECT_EQ(record.begin_step("sign").tries, 1U);
  ASSERT_EQ(record->steps.size(), 2U);
  EXPECT_EQ(record->steps[0].name, "fetch");
}

TEST_F(RunRecordTest, PeopleWereToldWhenAnEarlierAttemptAtTheRunSaysSo) {
  auto before = running_record();
  before.steps = {done("notify")};
  const auto node = input(before);
  auto record = made(node);
  record.open_step("notify");
  EXPECT_TRUE(record.has_told_in("notify"));
  EXPECT_FALSE(record.has_told_in("finish"));
  record.begin_anew();
  EXPECT_FALSE(record.has_told_in("notify")) << "it is another run";
}

TEST_F(RunRecordTest, WhatPeopleHeardBeforeItFailedTheyAreToldAgain) {
  auto before = running_record();
  before.state = "failed";
  before.steps = {done("sign-certificate"), done("notify")};
  const auto node = input(before);
  auto record = made(node);
  EXPECT_FALSE(record.has_told_in("notify"));
  ASSERT_EQ(record->steps.size(), 1U) << "the attempts after this one do not count it either";
  EXPECT_EQ(record->steps.front().name, "sign-certificate");
}

TEST_F(RunRecordTest, WhatIsOpenedIsToldWithTheNextWord) {
  const auto node = input();
  auto record = made(node);
  record.open_step("claim");
  EXPECT_TRUE(told_.empty());
  record.end_step("done", "");
  ASSERT_EQ(told_.size(), 1U);
  EXPECT_EQ(told_[0].step, "claim");
  record.leave_as("waiting", "why");
  EXPECT_EQ(told_.size(), 1U);
  record.finish();
  EXPECT_EQ(told_.back().state, "finished");
  EXPECT_EQ(told_.back().reason, "");
}

}  // namespace
}  // namespace muster::provision
