#include "orchestrator/provision/late_nodes.hpp"

#include "tests/unit/provision_engine/node_run_lab.hpp"

namespace muster::provision {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class LateNodesTest : public testing::Test {
 protected:
  client::Record waiting(const std::string& identity, std::int64_t since_ms) const {
    client::Record record;
    record.identity = identity;
    record.state = "waiting";
    record.no_step_since_ms = since_ms;
    return record;
  }

  const workflow::Rules rules_{shipped_workflow()};
  const std::int64_t late_ms_ = std::chrono::milliseconds(rules_.last().late_after).count();
  LateNodes nodes_{rules_};
};

TEST_F(LateNodesTest, WhoIsLateIsFoundByItsTimeTheLongestFirstAndOnce) {
  nodes_.heard(waiting("a", 3));
  nodes_.heard(waiting("b", 1));
  nodes_.heard(waiting("c", 9));
  EXPECT_THAT(nodes_.take(late_ms_), IsEmpty());
  EXPECT_THAT(nodes_.take(late_ms_ + 3), ElementsAre("b", "a"));
  EXPECT_THAT(nodes_.take(late_ms_ + 3), IsEmpty());
  nodes_.heard(waiting("a", 3));
  EXPECT_THAT(nodes_.take(late_ms_ + 3), ElementsAre("a"));
}

TEST_F(LateNodesTest, WhoGoesOnOrEndsIsLateLaterOrNever) {
  nodes_.heard(waiting("a", 1));
  nodes_.heard(waiting("b", 1));
  nodes_.heard(waiting("a", 5));
  auto finished = waiting("b", 1);
  finished.state = "finished";
  nodes_.heard(finished);
  EXPECT_THAT(nodes_.take(late_ms_ + 4), IsEmpty());
  EXPECT_THAT(nodes_.take(late_ms_ + 5), ElementsAre("a"));
}

TEST_F(LateNodesTest, AStepThatWaitsForATimeMayTakeIt) {
  auto workflow = shipped_workflow();
  workflow::Step pause;
  pause.name = "pause";
  pause.kind = workflow::Kind::wait;
  pause.arguments = {{"seconds", 86'400}};
  workflow.steps.push_back(pause);
  auto record = waiting("a", 1);
  record.state = "running";
  record.step = "pause";
  EXPECT_EQ(late_after(workflow::Rules(workflow), record),
            workflow.late_after + std::chrono::hours(24));
}

// A Puppet run beside a short step was late once the short one's time was over.
TEST_F(LateNodesTest, OfStepsThatRunAtOnceTheLongestCounts) {
  auto workflow = shipped_workflow();
  for (const auto* name : {"short", "long", "longest"}) {
    workflow::Step step;
    step.name = name;
    step.kind = workflow::Kind::wait;
    workflow.steps.push_back(step);
  }
  const auto last = workflow.steps.end();
  last[-3].arguments = {{"seconds", 10}};
  last[-2].arguments = {{"seconds", 1'000}};
  last[-1].arguments = {{"seconds", 9'000}};
  auto record = waiting("a", 1);
  record.state = "running";
  record.step = "short";
  for (const auto* name : {"longest", "long", "short"}) {
    client::Step line;
    line.name = name;
    line.state = "running";
    record.steps.push_back(line);
  }
  record.steps.front().state = "done";
  EXPECT_EQ(late_after(workflow::Rules(workflow), record),
            workflow.late_after + std::chrono::seconds(1'000));
}

TEST_F(LateNodesTest, ADepartureIsLateLikeAnyOtherUntilItStaysHalfWay) {
  auto leaving = waiting("a", 5);
  leaving.state = client::kLeaving;
  leaving.workflow_hash = "in no rule";
  const auto late_ms = 5 + std::chrono::milliseconds(workflow::kLateAfter).count();
  EXPECT_EQ(late_from_ms(rules_, leaving), late_ms) << "its orchestrator may be gone";
  leaving.reason = "ban: disk full";
  leaving.retry_at_ms = 9;
  EXPECT_EQ(late_from_ms(rules_, leaving), late_ms) << "it is tried again";
  leaving.retry_at_ms = 0;
  EXPECT_EQ(late_from_ms(rules_, leaving), 0) << "of one that stays half-way people were told";
}

// A node that has not begun waits since it was told to.
TEST_F(LateNodesTest, OfWhoHasNotBegunTheWaitCounts) {
  auto queued = waiting("a", 0);
  queued.queued_at_ms = 7;
  EXPECT_EQ(late_from_ms(rules_, queued), 7 + late_ms_);
  queued.started_at_ms = 5;
  EXPECT_EQ(late_from_ms(rules_, queued), 5 + late_ms_);
}

}  // namespace
}  // namespace muster::provision
