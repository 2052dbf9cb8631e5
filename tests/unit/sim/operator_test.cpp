// Operators' commands with the real discovery and calls, in virtual time.
#include "tests/sim/operator/sim_operator.hpp"

#include <gmock/gmock.h>

#include "orchestrator/workflow/load_workflow.hpp"
#include "proto/base/log.hpp"
#include "tests/sim/faults/call_promises.hpp"
#include "tests/sim/program/inhabitants.hpp"

namespace muster::sim {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using namespace std::chrono_literals;

constexpr std::chrono::milliseconds kTimeout{5'000};

// Two masters and two nodes that are in production, and one who looks at them.
class OperatorTest : public testing::Test {
 protected:
  OperatorTest() {
    log::set_level(log::Level::error);
    (void)all_.loop().advance_until(
        [&] { return all_.orchestrators().front()->count("finished") == 2; }, 1h);
    all_.loop().advance(1min);
  }
  ~OperatorTest() override { log::set_level(log::Level::info); }

  static Options small() {
    Options options;
    options.nodes = 2;
    options.masters = 2;
    return options;
  }
  CommandStory give(Way way, std::function<void()> meanwhile = {}) {
    alice_->give(way, kTimeout, {});
    if (meanwhile) meanwhile();
    EXPECT_TRUE(all_.loop().advance_until([&] { return alice_->idle(); }, 2min));
    EXPECT_THAT(broken_call_promises(alice_->stories().back()), IsEmpty());
    return alice_->stories().back();
  }
  static std::vector<std::string> with(const CommandStory& story, client::Outcome outcome) {
    std::vector<std::string> names;
    for (const auto& node : story.results)
      if (node.outcome == outcome) names.push_back(node.identity);
    return names;
  }
  Machine& machine(const std::string& name) {
    for (const auto& one : all_.machines())
      if (one->name() == name) return *one;
    throw std::logic_error("no machine " + name);
  }

  const workflow::Workflow workflow_ = workflow::load_workflow(MUSTER_WORKFLOW).value();
  Inhabitants all_{small(), workflow_, {}};
  std::unique_ptr<SimOperator> alice_ = all_.make_operator("alice");
};

TEST_F(OperatorTest, EachWayReachesEverybodyOnce) {
  for (const auto way : {Way::ping, Way::to_all, Way::by_name, Way::in_batches}) {
    const auto story = give(way);
    EXPECT_EQ(story.gave_up, "") << name_of(way);
    EXPECT_THAT(story.discovered, ElementsAre("n1", "n2", "puppet1", "puppet2")) << name_of(way);
    EXPECT_THAT(with(story, client::Outcome::ok), SizeIs(4)) << name_of(way);
    EXPECT_EQ(story.call.nodes, 4U) << name_of(way);
  }
}

TEST_F(OperatorTest, ACommandCostsAMessageOfEachNodeAndOneToOurselves) {
  const auto story = give(Way::to_all);
  EXPECT_EQ(story.find.messages, 5U) << "presences, and the message to ourselves";
  EXPECT_EQ(story.find.sent, 1U);
  EXPECT_EQ(story.call.messages, 4U);
  EXPECT_EQ(story.call.sent, 1U) << "all hear the same request";
  EXPECT_EQ(give(Way::by_name).call.sent, 4U);
}

TEST_F(OperatorTest, InBatchesEachIsARequestOfItsOwn) {
  const auto story = give(Way::in_batches);
  ASSERT_THAT(story.requests, SizeIs(2));
  EXPECT_THAT(story.requests[0].expected, SizeIs(kBatchSize));
  EXPECT_GE(story.call.took, kBatchPause);
}

TEST_F(OperatorTest, WhoseAnswersGetLostIsNamedSilentWhenTheTimeIsOver) {
  machine("n2").plug({.up_cut = true});
  const auto story = give(Way::by_name);
  EXPECT_THAT(with(story, client::Outcome::silent), ElementsAre("n2"));
  EXPECT_EQ(story.call.took, kTimeout);
}

TEST_F(OperatorTest, WhoIsCutOffHimselfHearsOfNobodyInTime) {
  const auto story = give(Way::in_batches, [&] {
    all_.loop().advance(kBatchPause);  // the first batch has answered, and the next is not asked
    alice_->plug({.down_cut = true});
  });
  EXPECT_EQ(story.results.size() + story.not_asked.size(), 4U);
  EXPECT_THAT(with(story, client::Outcome::silent), testing::Not(IsEmpty()));
}

TEST_F(OperatorTest, WithoutABrokerACommandGivesUpAndCallsNobody) {
  all_.broker().crash();
  const auto story = give(Way::ping);
  EXPECT_EQ(story.gave_up, "the broker is not reached");
  EXPECT_THAT(story.requests, IsEmpty());
}

TEST_F(OperatorTest, WhoWorksGivesOneCommandAfterTheOtherUntilItIsToRest) {
  alice_->work(1s, kTimeout);
  all_.loop().advance(20s);
  alice_->rest();
  EXPECT_TRUE(all_.loop().advance_until([&] { return alice_->idle(); }, 1min));
  const auto given = alice_->stories().size();
  EXPECT_GT(given, 5U);
  all_.loop().advance(20s);
  EXPECT_EQ(alice_->stories().size(), given);
}

}  // namespace
}  // namespace muster::sim
