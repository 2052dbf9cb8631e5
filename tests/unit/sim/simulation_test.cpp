#include "tests/sim/run/simulation.hpp"

#include <gmock/gmock.h>

#include "orchestrator/workflow/load_workflow.hpp"
#include "proto/base/log.hpp"
#include "tests/sim/run/figures.hpp"

namespace muster::sim {
namespace {

using std::chrono::seconds;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || !defined(NDEBUG)
constexpr std::size_t kMany = 50;
#else
constexpr std::size_t kMany = 1'000;
#endif

class SimulationTest : public testing::Test {
 protected:
  SimulationTest() { log::set_level(log::Level::error); }
  ~SimulationTest() override { log::set_level(log::Level::info); }

  static Options options(std::uint64_t seed, std::size_t nodes) {
    Options options;
    options.seed = seed;
    options.nodes = nodes;
    options.masters = 2;
    return options;
  }
  std::string trace(std::uint64_t seed) const {
    std::string text;
    simulate(options(seed, 5), workflow_, [&](std::string_view line) {
      text += line;
      text += '\n';
    });
    return text;
  }

  const workflow::Workflow workflow_ = workflow::load_workflow(MUSTER_WORKFLOW).value();
};

TEST_F(SimulationTest, TheSameSeedGivesTheSameTraceByteForByte) {
  const auto first = trace(1);
  EXPECT_GT(first.size(), 10'000U);
  EXPECT_TRUE(first == trace(1)) << "two runs of one seed differ";
}

TEST_F(SimulationTest, AnotherSeedIsAnotherNight) {
  EXPECT_FALSE(trace(1) == trace(2));
}

TEST_F(SimulationTest, TwentyNodesGoThroughTheShippedWorkflowAndAnOperatorReachesThem) {
  const auto outcome = simulate(options(3, 20), workflow_);
  EXPECT_EQ(outcome.finished, 20U);
  EXPECT_EQ(outcome.told, 20U);
  EXPECT_EQ(outcome.token_uses, 20U);
  EXPECT_EQ(outcome.find.nodes, 22U);
  EXPECT_EQ(outcome.find.messages, 23U) << "one is to ourselves";
  EXPECT_EQ(outcome.ping.nodes, 22U);
  EXPECT_EQ(outcome.ping.messages, 22U);
}

TEST_F(SimulationTest, ManyNodesAreProvisionedAtOnceInVirtualTime) {
  auto many = options(4, kMany);
  many.masters = 4;
  const auto outcome = simulate(many, workflow_);
  EXPECT_EQ(outcome.finished, kMany);
  EXPECT_EQ(outcome.ping.nodes, kMany + 4);
}

TEST_F(SimulationTest, TwoOrchestratorsShareTheWorkAndEachNodeIsDoneOnce) {
  auto shared = options(10, 20);
  shared.orchestrators = 2;
  const auto outcome = simulate(shared, workflow_);
  EXPECT_EQ(outcome.finished, 20U);
  EXPECT_EQ(outcome.told, 20U);
  EXPECT_EQ(outcome.token_uses, 20U);
}

TEST_F(SimulationTest, WithRealCryptographyItComesToTheSame) {
  auto real = options(5, 5);
  real.real_crypto = true;
  const auto outcome = simulate(real, workflow_);
  EXPECT_EQ(outcome.finished, 5U);
  EXPECT_EQ(outcome.ping.nodes, 7U);
}

TEST_F(SimulationTest, NodesWhosePuppetRunsFailWaitForAPersonWhoIsTold) {
  auto failing = options(6, 3);
  failing.runs.fails = 1;
  const auto outcome = simulate(failing, workflow_);
  EXPECT_EQ(outcome.finished, 0U);
  EXPECT_EQ(outcome.failed, 3U);
  EXPECT_EQ(outcome.told, 3U);
}

TEST_F(SimulationTest, ATokenOfThreeUsesLetsThreeMachinesInAndTheOthersAreRefused) {
  auto sparing = options(9, 5);
  sparing.token_uses = 3;
  const auto outcome = simulate(sparing, workflow_);
  EXPECT_EQ(outcome.finished, 3U);
  EXPECT_EQ(outcome.refused, 2U);
  EXPECT_EQ(outcome.token_uses, 3U);
}

TEST_F(SimulationTest, WithoutAMasterNobodyIsProvisionedAndNothingFails) {
  auto alone = options(7, 3);
  alone.masters = 0;
  alone.patience = seconds(120);
  const auto outcome = simulate(alone, workflow_);
  EXPECT_EQ(outcome.finished, 0U);
  EXPECT_EQ(outcome.failed, 0U);
}

TEST_F(SimulationTest, FiguresAreLinesOfJson) {
  const auto sized = options(8, 2);
  for (const auto& line : figures(sized, simulate(sized, workflow_))) {
    const auto figure = Value::parse(line, nullptr, false);
    ASSERT_TRUE(figure.is_object()) << line;
    EXPECT_TRUE(figure.contains("figure") && figure.contains("value") && figure.contains("unit"));
  }
}

}  // namespace
}  // namespace muster::sim
