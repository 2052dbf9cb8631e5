#include <gmock/gmock.h>

#include "orchestrator/workflow/load_workflow.hpp"
#include "proto/base/log.hpp"
#include "tests/sim/program/simulation.hpp"

namespace muster::sim {
namespace {

using testing::Each;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

// Nights in which things break. Many more seeds: muster-sim --faults heavy --seeds 300.
class NightTest : public testing::Test {
 protected:
  NightTest() { log::set_level(log::Level::error); }
  ~NightTest() override { log::set_level(log::Level::info); }

  static Options night(std::uint64_t seed, FaultLevel faults) {
    Options options;
    options.seed = seed;
    options.nodes = 5;
    options.masters = 2;
    options.orchestrators = 2;
    options.token_uses = 5;
    options.faults = faults;
    return options;
  }
  Outcome live_through(const Options& options) const { return simulate(options, workflow_); }

  const workflow::Workflow workflow_ = workflow::load_workflow(MUSTER_WORKFLOW).value();
};

TEST_F(NightTest, TheSameSeedGivesTheSameHeavyNight) {
  const auto first = live_through(night(1, FaultLevel::heavy));
  const auto again = live_through(night(1, FaultLevel::heavy));
  EXPECT_GT(first.trace_lines, 1'000U);
  EXPECT_EQ(first.trace_lines, again.trace_lines);
  EXPECT_EQ(first.trace_digest, again.trace_digest);
}

TEST_F(NightTest, FaultsMakeItAnotherNight) {
  auto calm = night(1, FaultLevel::none);
  EXPECT_NE(live_through(night(1, FaultLevel::light)).trace_digest,
            live_through(calm).trace_digest);
}

TEST_F(NightTest, InTheMorningAfterALightNightEveryPromiseIsKept) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed)
    EXPECT_THAT(live_through(night(seed, FaultLevel::light)).broken, IsEmpty()) << "seed " << seed;
}

TEST_F(NightTest, OperatorsCallAllNightAndEachNodeHasOneOutcomeOfEachCall) {
  for (std::uint64_t seed = 11; seed <= 12; ++seed) {
    auto busy = night(seed, FaultLevel::heavy);
    busy.operators = 2;
    const auto outcome = live_through(busy);
    EXPECT_THAT(outcome.broken, IsEmpty()) << "seed " << seed;
    EXPECT_GT(outcome.commands, 20U) << "seed " << seed;
  }
}

TEST_F(NightTest, TheSameSeedGivesTheSameNightWithOperators) {
  auto busy = night(14, FaultLevel::heavy);
  busy.operators = 2;
  EXPECT_EQ(live_through(busy).trace_digest, live_through(busy).trace_digest);
}

TEST_F(NightTest, WhoIsNotProvisionedIsFoundStuckInTheMorning) {
  auto alone = night(2, FaultLevel::light);
  alone.masters = 0;
  alone.patience = std::chrono::minutes(10);
  EXPECT_THAT(live_through(alone).broken, SizeIs(5));
  EXPECT_THAT(live_through(alone).broken, Each(HasSubstr("is stuck: waiting")));
}

// Nobody was told of a machine that waits for a person, nor of a node in production; and a lease ended long after the clock that
// was wrong had been set right.
TEST_F(NightTest, ShortNightsThatBrokeAPromiseKeepItNow) {
  for (const std::uint64_t seed :
       {2026113000568UL, 2026113000697UL, 2026113000770UL, 2026113001615UL}) {
    auto broken_once = night(seed, FaultLevel::all);
    broken_once.nodes = 3;
    broken_once.orchestrators = 1 + seed % 3;
    broken_once.token_uses = 7;
    broken_once.faults_within = std::chrono::minutes(3);
    EXPECT_THAT(live_through(broken_once).broken, IsEmpty()) << "seed " << seed;
  }
}

TEST_F(NightTest, WhomTheTokenHasNoUseForStaysOutside) {
  auto sparing = night(2, FaultLevel::light);
  sparing.token_uses = 4;
  const auto outcome = live_through(sparing);
  EXPECT_THAT(outcome.broken, IsEmpty());
  EXPECT_EQ(outcome.finished, 4U);
}

}  // namespace
}  // namespace muster::sim
