#include "orchestrator/cli/render/call_json.hpp"

#include <gtest/gtest.h>

#include "tests/unit/cli/results.hpp"

namespace muster::cli::render {
namespace {

using client::Outcome;

TEST(CallJsonTest, EveryAddressedNodeIsAReplyOrANoResponse) {
  const auto result =
      call_result({node_result("n1", Outcome::ok, {{"pong", 1}}),
                   node_result("n2", Outcome::failed), node_result("n3", Outcome::silent)});
  const auto document = call_json(
      {.agent = "rpcutil", .action = "ping", .discovery = "presence", .discovered = 3}, result);
  EXPECT_EQ(document["agent"], "rpcutil");
  EXPECT_EQ(document["action"], "ping");
  ASSERT_EQ(document["replies"].size(), 2U);
  EXPECT_EQ(document["replies"][0]["sender"], "n1");
  EXPECT_EQ(document["replies"][0]["statuscode"], 0);
  EXPECT_EQ(document["replies"][0]["data"]["pong"], 1);
  EXPECT_EQ(document["replies"][0]["outcome"], "ok");
  EXPECT_EQ(document["replies"][1]["statusmsg"], "could not do it");
  EXPECT_EQ(document["no_responses"], Value::array({"n3"}));
  const auto& stats = document["request_stats"];
  EXPECT_EQ(stats["discovered"], 3);
  EXPECT_EQ(stats["responses"], 2);
  EXPECT_EQ(stats["ok"], 1);
  EXPECT_EQ(stats["failed"], 1);
  EXPECT_EQ(stats["no_responses"], Value::array({"n3"})) << "a list, as Choria's";
  EXPECT_EQ(stats["unexpected_responses"], Value::array());
  EXPECT_DOUBLE_EQ(stats["request_time_ms"].get<double>(), 245.12);
}

}  // namespace
}  // namespace muster::cli::render
