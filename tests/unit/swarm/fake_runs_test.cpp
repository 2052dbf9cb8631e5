#include "tests/swarm/node/fake_runs.hpp"

#include <gmock/gmock.h>

#include "tests/support/virtual_loop/virtual_loop.hpp"

namespace muster::swarm {
namespace {

using plugins::JobState;
using std::chrono::milliseconds;

class FakeRunsTest : public testing::Test {
 protected:
  static plugins::JobSpec puppet_run(const std::string& key = "") {
    plugins::JobSpec spec;
    spec.kind = plugins::kPuppetJob;
    spec.key = key;
    return spec;
  }

  fakes::VirtualLoop loop_;
  std::vector<std::string> ended_;
  FakeRuns runs_{loop_, RunPlan{milliseconds(2'000), 0.5},
                 [](std::uint64_t number) { return number == 2 ? 0.4 : 0.6; },
                 [this](const std::string& id) { ended_.push_back(id); }};
};

TEST_F(FakeRunsTest, ARunTakesItsTimeAndHasEndedOnceItIsSettled) {
  const auto run = runs_.start(puppet_run());
  ASSERT_TRUE(run);
  loop_.advance(milliseconds(1'999));
  EXPECT_TRUE(ended_.empty());
  loop_.advance(milliseconds(1));
  ASSERT_EQ(ended_, std::vector<std::string>{run->id});
  EXPECT_EQ(runs_.status(run->id)->state, JobState::running);
  runs_.settle(run->id);
  EXPECT_EQ(runs_.status(run->id)->state, JobState::finished);
  EXPECT_EQ(runs_.status(run->id)->exit_code, 2);
}

TEST_F(FakeRunsTest, WhomLuckLeavesFails) {
  ASSERT_TRUE(runs_.start(puppet_run()));
  const auto second = runs_.start(puppet_run());
  ASSERT_TRUE(second);
  loop_.advance(milliseconds(2'000));
  runs_.settle(second->id);
  EXPECT_EQ(runs_.status(second->id)->exit_code, 1);
}

TEST_F(FakeRunsTest, AKeyThatIsKnownGivesTheSameRun) {
  const auto first = runs_.start(puppet_run("step/1"));
  ASSERT_TRUE(first);
  EXPECT_EQ(runs_.start(puppet_run("step/1"))->id, first->id);
  EXPECT_NE(runs_.start(puppet_run("step/2"))->id, first->id);
}

TEST_F(FakeRunsTest, ANodeKeepsSoManyRunsAndRefusesMoreThatWouldRunAtOnce) {
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
}  // namespace muster::swarm
