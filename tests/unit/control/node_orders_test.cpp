#include "orchestrator/control/node_orders.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "orchestrator/client/node_orders.hpp"

namespace muster::control {
namespace {

TEST(OrderedNodesTest, EachNameIsMeantOnceAndMustBeOne) {
  EXPECT_EQ(ordered_nodes({{"nodes", {"n2", "n1", "n2"}}}).value(),
            (std::vector<std::string>{"n2", "n1"}));
  EXPECT_FALSE(ordered_nodes({{"nodes", {"n1", "no/name"}}}));
  EXPECT_FALSE(ordered_nodes({{"nodes", {7}}}));
  EXPECT_FALSE(ordered_nodes({{"nodes", Value::array()}}));
}

TEST(OrderedNodesTest, TooManyAreRefusedByNumber) {
  Value names = Value::array();
  for (std::size_t i = 0; i <= client::kNodesPerOrderMax; ++i)
    names.push_back("n" + std::to_string(i));
  EXPECT_EQ(ordered_nodes({{"nodes", names}}).error().code, Errc::limit);
  EXPECT_EQ(nodes_named({{"nodes", names}}), client::kNodesPerOrderMax + 1);
  EXPECT_EQ(nodes_named({{"id", "t1"}}), 1U);
}

TEST(OrderedNodesTest, OneThatWasRefusedIsTheAnswersError) {
  const auto refused = told_of_nodes({"n1"}, {fail(Errc::aborted, "not here")});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "not here");
  const auto two = told_of_nodes({"n1", "n2"}, {fail(Errc::aborted, "not here"), "left"});
  ASSERT_TRUE(two);
  EXPECT_EQ(two->at("nodes"), (Value{{{"node", "n1"}, {"done", false}, {"message", "not here"}},
                                     {{"node", "n2"}, {"done", true}, {"message", "left"}}}));
}

}  // namespace
}  // namespace muster::control
