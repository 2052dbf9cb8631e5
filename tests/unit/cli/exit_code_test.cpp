#include "orchestrator/cli/exit_code.hpp"

#include <gtest/gtest.h>

#include "tests/unit/cli/results.hpp"

namespace muster::cli {
namespace {

using client::Outcome;

ExitCode code(std::vector<client::NodeResult> nodes) {
  return exit_code_of(call_result(std::move(nodes)));
}

TEST(ExitCodeTest, ZeroOnlyWhenEveryNodeAnsweredOk) {
  EXPECT_EQ(code({node_result("n1", Outcome::ok), node_result("n2", Outcome::ok)}), ExitCode::ok);
}

TEST(ExitCodeTest, NobodyToAnswerIsAnError) {
  EXPECT_EQ(code({}), ExitCode::error);
}

TEST(ExitCodeTest, EveryWayOfNotBeingOkIsAFailure) {
  for (const auto outcome : {Outcome::failed, Outcome::refused, Outcome::expired, Outcome::busy})
    EXPECT_EQ(code({node_result("n1", Outcome::ok), node_result("n2", outcome)}), ExitCode::failed)
        << name_of(outcome);
}

TEST(ExitCodeTest, SilenceOutweighsFailure) {
  EXPECT_EQ(code({node_result("n1", Outcome::failed), node_result("n2", Outcome::silent)}),
            ExitCode::silent);
}

}  // namespace
}  // namespace muster::cli
