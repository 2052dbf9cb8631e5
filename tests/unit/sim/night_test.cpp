#include <gmock/gmock.h>

#include "orchestrator/provision/live/load_workflow.hpp"
#include "proto/base/log.hpp"
#include "tests/sim/run/simulation.hpp"

namespace muster::sim {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

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

  const provision::Workflow workflow_ = provision::load_workflow(MUSTER_WORKFLOW).value();
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

TEST_F(NightTest, WhoIsLeftOutIsFoundStuckInTheMorning) {
  auto sparing = night(2, FaultLevel::light);
  sparing.token_uses = 4;
  sparing.patience = std::chrono::minutes(10);
  const auto broken = live_through(sparing).broken;
  ASSERT_EQ(broken.size(), 1U);
  EXPECT_THAT(broken.front(), HasSubstr("is stuck: waiting"));
}

}  // namespace
}  // namespace muster::sim
