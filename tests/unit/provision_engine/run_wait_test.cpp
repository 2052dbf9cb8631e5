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
