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
  static client::Record running_record() {
    client::Record record;
    record.run_id = "r";
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
