#include "tests/support/played/runs.hpp"

#include <gmock/gmock.h>

#include <deque>

#include "tests/support/virtual_loop/virtual_loop.hpp"

namespace muster::played {
namespace {

using plugins::JobState;
using std::chrono::milliseconds;

class RunsTest : public testing::Test {
 protected:
  static plugins::JobSpec puppet_run(const std::string& key = "") {
    plugins::JobSpec spec;
    spec.kind = plugins::kPuppetJob;
    spec.key = key;
    return spec;
  }
  double luck() {
    if (luck_.empty()) return 0.6;
    const auto next = luck_.front();
    luck_.pop_front();
    return next;
  }

  fakes::VirtualLoop loop_;
  std::vector<std::string> ended_;
  std::deque<double> luck_;
  RunHabits habits_{milliseconds(2'000), milliseconds(2'000), 0.5};
  Runs runs_{loop_, habits_, [this] { return luck(); },
             [this](const std::string& id) { ended_.push_back(id); }};
};

TEST_F(RunsTest, ARunTakesItsTimeAndHasEndedOnceItIsSettled) {
  const auto run = runs_.start(puppet_run());
  ASSERT_TRUE(run);
  loop_.advance(milliseconds(1'999));
  EXPECT_TRUE(ended_.empty());
  loop_.advance(milliseconds(1));
  ASSERT_EQ(ended_, std::vector<std::string>{run->id});
  EXPECT_EQ(runs_.status(run->id)->state, JobState::running);
  EXPECT_EQ(runs_.wait(run->id, {}).error().code, Errc::timeout);
  runs_.settle(run->id);
  EXPECT_EQ(runs_.status(run->id)->state, JobState::finished);
  EXPECT_EQ(runs_.status(run->id)->exit_code, 2);
}

TEST_F(RunsTest, WhenTheAgentHasGoneWhatIsOverHasEndedAndTheRestGoesOn) {
  const auto over = runs_.start(puppet_run());
  loop_.advance(milliseconds(2'000));
  const auto under_way = runs_.start(puppet_run());
  runs_.settle_all();
  EXPECT_EQ(runs_.status(over->id)->state, JobState::finished);
  EXPECT_EQ(runs_.status(under_way->id)->state, JobState::running);
}

TEST_F(RunsTest, WhomLuckLeavesFails) {
  ASSERT_TRUE(runs_.start(puppet_run()));
  luck_ = {0.4};
  const auto second = runs_.start(puppet_run());
  ASSERT_TRUE(second);
  loop_.advance(milliseconds(2'000));
  runs_.settle(second->id);
  EXPECT_EQ(runs_.status(second->id)->exit_code, 6);
}

TEST_F(RunsTest, LuckChoosesALengthBetweenTheTwo) {
  Runs runs(
      loop_, {milliseconds(1'000), milliseconds(3'000)}, [this] { return luck(); },
      [this](const std::string& id) { ended_.push_back(id); });
  luck_ = {0.9, 0.5};  // it succeeds, and takes 2 s
  ASSERT_TRUE(runs.start(puppet_run()));
  loop_.advance(milliseconds(1'999));
  EXPECT_TRUE(ended_.empty());
  loop_.advance(milliseconds(1));
  EXPECT_EQ(ended_.size(), 1U);
}

TEST_F(RunsTest, AKilledRunIsOverAtOnceAndDoesNotEndTwice) {
  const auto run = runs_.start(puppet_run());
  ASSERT_TRUE(runs_.kill(run->id));
  loop_.advance(milliseconds(2'000));
  EXPECT_EQ(ended_.size(), 1U);
  runs_.settle(run->id);
  EXPECT_EQ(runs_.status(run->id)->exit_code, 143);
}

TEST_F(RunsTest, AKeyThatIsKnownGivesTheSameRun) {
  const auto first = runs_.start(puppet_run("step/1"));
  ASSERT_TRUE(first);
  EXPECT_EQ(runs_.start(puppet_run("step/1"))->id, first->id);
  EXPECT_NE(runs_.start(puppet_run("step/2"))->id, first->id);
}

TEST_F(RunsTest, ANodeKeepsSoManyRunsAndRefusesMoreThatWouldRunAtOnce) {
  for (std::size_t i = 0; i < kRunsKept; ++i) ASSERT_TRUE(runs_.start(puppet_run()));
  const auto refused = runs_.start(puppet_run());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::limit);
  loop_.advance(milliseconds(2'000));
  for (const auto& id : ended_) runs_.settle(id);
  EXPECT_TRUE(runs_.start(puppet_run()));
  EXPECT_EQ(runs_.list().size(), kRunsKept);
}

}  // namespace
}  // namespace muster::played
