#include "orchestrator/cli/render/node_outcomes.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/unit/cli/render/plain_style.hpp"

namespace muster::cli::render {
namespace {

using client::NodeOutcome;
using client::Outcome;

const std::vector<NodeOutcome> kTwo{
    {"n1", Outcome::ok, "", "o1"},
    {"n2", Outcome::failed, "n2 is neither online\nnor waits", "o1"}};

TEST(NodeOutcomesTest, ALineANodeSaysWhatBecameOfItAndWhoSaysSo) {
  EXPECT_EQ(node_outcomes_text(kTwo, kPlain, 120),
            "NODE  OUTCOME  MESSAGE\n"
            "n1    ok\n"
            "n2    failed   o1: n2 is neither online nor waits\n"
            "\n1 of 2 nodes: done\n");
}

TEST(NodeOutcomesTest, OneThatIsDoneSaysWhatStays) {
  EXPECT_EQ(one_done_text({"n1", Outcome::ok, "its certificate stays", "o1"}, "{0} is gone, {0}"),
            "n1 is gone, n1\nits certificate stays\n");
}

TEST(NodeOutcomesTest, JsonHasEachNode) {
  const auto json = node_outcomes_json("provision_retry", kTwo);
  EXPECT_EQ(json.at("action"), "provision_retry");
  EXPECT_EQ(json.at("nodes").at(1).at("outcome"), "failed");
  EXPECT_EQ(json.at("nodes").at(1).at("orchestrator"), "o1");
}

}  // namespace
}  // namespace muster::cli::render
