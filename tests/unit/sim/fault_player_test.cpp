#include "tests/sim/faults/fault_player.hpp"

#include <gmock/gmock.h>

#include "orchestrator/client/record_codec.hpp"
#include "orchestrator/workflow/load_workflow.hpp"
#include "proto/base/log.hpp"
#include "proto/transport/topics.hpp"
#include "tests/sim/program/inhabitants.hpp"

namespace muster::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class FaultPlayerTest : public testing::Test {
 protected:
  FaultPlayerTest() { log::set_level(log::Level::error); }
  ~FaultPlayerTest() override { log::set_level(log::Level::info); }

  static Options two_orchestrators() {
    Options options;
    options.nodes = 1;
    options.masters = 1;
    options.orchestrators = 2;
    return options;
  }
  bool is_on(std::size_t orchestrator) const { return all_.orchestrators()[orchestrator]->is_on(); }
  milliseconds write_takes(std::size_t orchestrator) const {
    return all_.orchestrators()[orchestrator]->disk().write_takes;
  }

  static constexpr std::size_t kMachines = 2;  // the master and the node
  const workflow::Workflow workflow_ = workflow::load_workflow(MUSTER_WORKFLOW).value();
  Inhabitants all_{two_orchestrators(), workflow_, {}};
  FaultPlayer player_{{all_.around(), all_.site(), all_.cas(), all_.machines(),
                       all_.orchestrators(), all_.operators()}};
};

TEST_F(FaultPlayerTest, TheOrchestratorThatIsMeantIsKilledAndComesBack) {
  player_.play({{seconds(10), seconds(20), FaultKind::orchestrator_killed, 1}});
  all_.loop().advance(seconds(15));
  EXPECT_TRUE(is_on(0));
  EXPECT_FALSE(is_on(1));
  all_.loop().advance(seconds(16));
  EXPECT_TRUE(is_on(1));
}

TEST_F(FaultPlayerTest, TwoFaultsOfOneKindAtOneOrchestratorAreOneThatLastsLonger) {
  player_.play({{seconds(10), seconds(10), FaultKind::orchestrator_killed, 0},
                {seconds(15), seconds(30), FaultKind::orchestrator_killed, 0},
                {seconds(16), seconds(1), FaultKind::orchestrator_killed, 1}});
  all_.loop().advance(seconds(25));
  EXPECT_FALSE(is_on(0));
  EXPECT_TRUE(is_on(1));
  all_.loop().advance(seconds(21));
  EXPECT_TRUE(is_on(0));
}

TEST_F(FaultPlayerTest, AnOrchestratorThatIsStoppedSaysNothingAndIsNotDead) {
  all_.loop().advance(seconds(60));
  const auto all = all_.broker().sessions();
  player_.play({{seconds(0), seconds(100), FaultKind::orchestrator_stopped, 1}});
  all_.loop().advance(seconds(90));
  EXPECT_TRUE(is_on(1));
  EXPECT_EQ(all_.broker().sessions(), all - 1) << "the broker heard no ping";
  all_.loop().advance(seconds(70));
  EXPECT_EQ(all_.broker().sessions(), all);
}

TEST_F(FaultPlayerTest, AStopEndsWithTheProgramThatIsKilledMeanwhile) {
  all_.loop().advance(seconds(60));
  const auto all = all_.broker().sessions();
  player_.play({{seconds(0), seconds(200), FaultKind::orchestrator_stopped, 0},
                {seconds(20), seconds(10), FaultKind::orchestrator_killed, 0}});
  all_.loop().advance(seconds(100));
  EXPECT_TRUE(is_on(0));
  EXPECT_EQ(all_.broker().sessions(), all) << "the new program is not stopped";
}

TEST_F(FaultPlayerTest, ADiskIsSlowAtTheOrchestratorThatIsMeant) {
  const auto usual = write_takes(0);
  player_.play({{seconds(1), seconds(10), FaultKind::disk_slow, kMachines + 1}});
  all_.loop().advance(seconds(5));
  EXPECT_EQ(write_takes(0), usual);
  EXPECT_GT(write_takes(1), usual);
  all_.loop().advance(seconds(10));
  EXPECT_EQ(write_takes(1), usual);
}

TEST_F(FaultPlayerTest, ANodeThatIsInstalledAnewKnowsNothing) {
  all_.loop().advance(std::chrono::minutes(5));
  auto& node = *all_.machines().back();
  ASSERT_TRUE(node.disk().certificate);
  player_.play({{seconds(0), seconds(20), FaultKind::reinstalled, 0}});
  all_.loop().advance(seconds(1));
  EXPECT_FALSE(node.is_on());
  EXPECT_FALSE(node.disk().certificate);
  EXPECT_FALSE(node.disk().progress);
  all_.loop().advance(seconds(25));
  EXPECT_TRUE(node.is_on());
  EXPECT_EQ(node.lives(), 2U);
}

TEST_F(FaultPlayerTest, ATwinAsksForANameThatIsTaken) {
  all_.loop().advance(std::chrono::minutes(5));
  player_.play({{seconds(0), seconds(60), FaultKind::twin, 0}});
  all_.loop().advance(seconds(59));
  const auto kept =
      all_.broker().retained(transport::topics::provision_record(all_.site().collective, "n1"));
  const auto believed = commanding(all_.around(), all_.site());
  const auto record =
      client::read_record(transport::topics::provision_record(all_.site().collective, "n1"),
                          kept.value_or(""), *believed, all_.loop().clock().unix_ms());
  ASSERT_TRUE(record);
  EXPECT_TRUE(record->claim) << "the other machine waits for a person";
  EXPECT_EQ(record->state, "finished");
}

TEST_F(FaultPlayerTest, ThePowerFailsAtAWriteAndComesBack) {
  player_.play({{seconds(0), seconds(60), FaultKind::power_fails, 0}});
  all_.loop().advance(seconds(59));
  EXPECT_FALSE(all_.machines().back()->is_on()) << "it was claimed, which is written down";
  all_.loop().advance(seconds(2));
  EXPECT_TRUE(all_.machines().back()->is_on());
}

TEST_F(FaultPlayerTest, OnADiskThatIsFullNothingIsWritten) {
  player_.play({{seconds(0), seconds(60), FaultKind::disk_full, 1}});
  all_.loop().advance(seconds(59));
  EXPECT_FALSE(all_.machines().back()->disk().progress);
  EXPECT_FALSE(all_.machines().back()->witness().saw_a_lease());
}

TEST_F(FaultPlayerTest, WhatTheBrokerForgetsIsLostWhenWhoKnewItIsAway) {
  player_.play({{seconds(10), seconds(5), FaultKind::broker_forgets, 0},
                {seconds(100), seconds(5), FaultKind::orchestrator_killed, 0},
                {seconds(200), seconds(5), FaultKind::broker_crashes, 0},
                {seconds(201), seconds(20), FaultKind::cable_cut, kMachines}});
  all_.loop().advance(seconds(290));
  EXPECT_FALSE(player_.has_forgotten()) << "all were there, and have said it again";
  player_.play({{seconds(10), seconds(20), FaultKind::cable_cut, kMachines + 1},
                {seconds(12), seconds(5), FaultKind::broker_forgets, 0}});
  all_.loop().advance(seconds(30));
  EXPECT_TRUE(player_.has_forgotten());
}

TEST_F(FaultPlayerTest, WhoGoesSoonAfterTheBrokerForgotMayNotHaveSaidItAgain) {
  player_.play({{seconds(10), seconds(5), FaultKind::broker_forgets, 0},
                {seconds(20), seconds(5), FaultKind::orchestrator_stopped, 1}});
  all_.loop().advance(seconds(30));
  EXPECT_TRUE(player_.has_forgotten());
}

TEST_F(FaultPlayerTest, WhoIsCutOffForLongIsGoneFromTheBrokerAndComesBack) {
  all_.loop().advance(seconds(60));
  const auto all = all_.broker().sessions();
  player_.play({{seconds(0), seconds(150), FaultKind::cable_cut, kMachines}});
  all_.loop().advance(seconds(100));
  EXPECT_EQ(all_.broker().sessions(), all - 1);
  all_.loop().advance(seconds(150));
  EXPECT_EQ(all_.broker().sessions(), all);
}

TEST_F(FaultPlayerTest, AnOrchestratorCrashesBetweenTwoOfItsAwaitsAndComesBack) {
  player_.play({{seconds(10), seconds(900), FaultKind::orchestrator_crashes, 0}});
  ASSERT_TRUE(all_.loop().advance_until([&] { return !is_on(0); }, seconds(909)))
      << "it looks around every few seconds";
  EXPECT_TRUE(is_on(1));
  all_.loop().advance(seconds(901));
  EXPECT_TRUE(is_on(0));
}

TEST_F(FaultPlayerTest, WhenTheBrokerAndAllOrchestratorsGoDownTheyAreAllBackInTheEnd) {
  player_.play({{seconds(10), seconds(20), FaultKind::all_go_down, 0},
                {seconds(15), seconds(30), FaultKind::orchestrator_killed, 1}});
  all_.loop().advance(seconds(20));
  EXPECT_FALSE(is_on(0));
  EXPECT_FALSE(is_on(1));
  all_.loop().advance(seconds(15));
  EXPECT_TRUE(is_on(0));
  EXPECT_FALSE(is_on(1)) << "another fault keeps it down";
  all_.loop().advance(seconds(15));
  EXPECT_TRUE(is_on(1));
}

TEST_F(FaultPlayerTest, AClockThatIsWrongIsSetRightAgain) {
  player_.play({{seconds(10), seconds(20), FaultKind::clock_wrong, kMachines}});
  auto& orchestrator = *all_.orchestrators().front();
  all_.loop().advance(seconds(15));
  const auto off = std::abs(orchestrator.clock_off_by().count());
  EXPECT_GE(off, 1'000);
  EXPECT_LE(off, 3'600'000);
  EXPECT_EQ(all_.orchestrators()[1]->clock_off_by().count(), 0);
  all_.loop().advance(seconds(16));
  EXPECT_EQ(orchestrator.clock_off_by().count(), 0);
}

}  // namespace
}  // namespace muster::sim
