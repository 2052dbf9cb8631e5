#include "orchestrator/client/node_orders.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace muster::client {
namespace {

ControlAnswer said(const std::string& orchestrator, Value nodes) {
  ControlAnswer answer;
  answer.orchestrator = orchestrator;
  answer.outcome = Outcome::ok;
  answer.data = {{"nodes", std::move(nodes)}};
  return answer;
}

TEST(NodeOrdersTest, WhoDidItCountsWhateverOthersSay) {
  const auto outcomes =
      outcomes_of({"n1"}, {said("o1", {{{"node", "n1"}, {"done", false}, {"message", "not here"}}}),
                           said("o2", {{{"node", "n1"}, {"done", true}, {"message", ""}}})});
  ASSERT_EQ(outcomes.size(), 1U);
  EXPECT_EQ(outcomes[0].outcome, Outcome::ok);
  EXPECT_EQ(outcomes[0].orchestrator, "o2");
}

TEST(NodeOrdersTest, OfThoseThatDidNothingTheFirstSaysWhy) {
  ControlAnswer refused;
  refused.orchestrator = "o1";
  refused.outcome = Outcome::refused;
  refused.message = "alice may not";
  const auto outcomes = outcomes_of(
      {"n1", "n2"},
      {refused, said("o2", {{{"node", "n1"}, {"done", false}, {"message", "not here"}}})});
  ASSERT_EQ(outcomes.size(), 2U);
  EXPECT_EQ(outcomes[0].outcome, Outcome::refused);
  EXPECT_EQ(outcomes[1].message, "alice may not") << "an answer as a whole is of each node";
}

TEST(NodeOrdersTest, ANodeOfWhichNobodySaysAnythingWasNotDone) {
  const auto outcomes =
      outcomes_of({"n1"}, {said("o1", "no list"), said("o2", {7, {{"node", "n2"}}})});
  ASSERT_EQ(outcomes.size(), 1U);
  EXPECT_EQ(outcomes[0].outcome, Outcome::failed);
  EXPECT_EQ(outcomes[0].message, "no orchestrator said anything of it");
}

}  // namespace
}  // namespace muster::client
