// A node that starts anew in the middle of its run.
#include <gmock/gmock.h>

#include "orchestrator/workflow/parse.hpp"
#include "tests/unit/provision_engine/node_run_lab.hpp"

namespace muster::provision {
namespace {

using std::chrono::seconds;

class RebootOfARunTest : public NodeRunTest {
 protected:
  RebootOfARunTest() {
    auto workflow = workflow::parse_workflow(
        "name: w\nsteps:\n  - {name: claim, do: claim}\n"
        "  - {name: restart, do: reboot, tries: 1}\n  - {name: finish, call: provision#finish}\n",
        "w.yaml");
    EXPECT_TRUE(workflow) << workflow.error().message;
    workflow_ = *std::move(workflow);
    answers(false, "boot-1");
  }
  void answers(bool rebooted, const std::string& boot_id) {
    world_.on("provision#reboot", [=](const Value& in) {
      EXPECT_EQ(in.at("step"), "restart");
      return Value{{"rebooted", rebooted}, {"boot_id", boot_id}};
    });
  }
  void goes_down() { world_.silent = {"provision#reboot", "provision#renew"}; }
  void comes_back() {
    world_.silent.clear();
    answers(true, "boot-2");
  }
  std::size_t asked() const { return world_.count("web1 joining provision#reboot"); }
};

TEST_F(RebootOfARunTest, AnotherBootIsTheOutcome) {
  const auto attempt = run_of(node());
  auto story = attempt->run();
  story.start([] {});
  world_.loop.advance(seconds(3));
  goes_down();
  world_.loop.advance(seconds(300));  // five times its lease
  ASSERT_FALSE(story.ended());
  comes_back();
  world_.loop.advance(seconds(10));
  ASSERT_TRUE(story.ended());
  EXPECT_EQ(story.take().kind, Ending::Kind::finished);
  EXPECT_EQ(step("restart").message, "boot boot-2");
  EXPECT_EQ(step("restart").tries, 1U);
}

TEST_F(RebootOfARunTest, WhoGoesOnWithTheRunIsToldThatItHasHappened) {
  comes_back();
  EXPECT_EQ(run().kind, Ending::Kind::finished);
  EXPECT_EQ(asked(), 1U);
}

TEST_F(RebootOfARunTest, ANodeThatDoesNotComeBackFailsTheStepAfterItsTime) {
  goes_down();
  const auto begun_ms = world_.unix_ms();
  EXPECT_EQ(run().reason, "restart: web1 has not come back within 900 s of its reboot");
  EXPECT_GE(world_.unix_ms() - begun_ms, 900'000);
  EXPECT_LT(world_.unix_ms() - begun_ms, 915'000);
}

TEST_F(RebootOfARunTest, ANodeThatStaysInItsBootFailsTheStep) {
  EXPECT_EQ(run().reason,
            "restart: web1 was to reboot and is still in the same boot (boot-1) after 900 s");
}

TEST_F(RebootOfARunTest, WhatTheNodeRefusesIsItsReason) {
  world_.fails("provision#reboot", Errc::aborted, "'/sbin/restart' ended with 1: no");
  EXPECT_EQ(run().reason, "restart: '/sbin/restart' ended with 1: no");
}

TEST_F(RebootOfARunTest, AnotherThatClaimsItWhenItIsBackHasIt) {
  const auto attempt = run_of(node());
  auto story = attempt->run();
  story.start([] {});
  goes_down();
  world_.loop.advance(seconds(300));
  world_.silent.clear();
  world_.fails("provision#reboot", Errc::aborted, "stale fence");
  world_.fails("provision#renew", Errc::aborted, "stale fence");
  world_.fails("provision#release", Errc::aborted, "stale fence");
  world_.loop.advance(seconds(20));
  ASSERT_TRUE(story.ended());
  EXPECT_EQ(story.take().kind, Ending::Kind::yielded);
}

TEST_F(RebootOfARunTest, AStopEndsTheWaitAndCostsNoAttempt) {
  const auto attempt = run_of(node());
  auto story = attempt->run();
  story.start([] {});
  world_.loop.advance(seconds(10));
  world_.waits.stop();
  world_.loop.advance(world_.latency);
  ASSERT_TRUE(story.ended());
  EXPECT_TRUE(story.take().held_up);
}

}  // namespace
}  // namespace muster::provision
