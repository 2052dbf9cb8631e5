#include "plugins/agents/facts/facts_agent.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/ddl/texts.hpp"
#include "tests/support/node/test_node.hpp"

namespace muster::plugins::facts_agent {
namespace {

class FactsNode final : public test::TestNode {
 public:
  using TestNode::TestNode;
  Value facts() const override { return facts_; }
  void refresh_facts() override { facts_ = fresh_; }

  Value facts_ = {{"country", "de"}, {"os", {{"family", "Debian"}, {"tags", {"a"}}}}, {"old", 1}};
  Value fresh_ = facts_;
};

class FactsAgentTest : public testing::Test {
 protected:
  ActionReply call(const std::string& action, const Value& inputs = Value::object()) {
    const auto checked = ddl::check_inputs(agent_.ddl(), action, inputs);
    if (!checked) return ActionReply::failed(checked.error());
    return agent_.handle(test::request_of(action, *checked));
  }

  base::SystemClock clock_;
  FactsNode node_{"web1", clock_};
  FactsAgent agent_{ddl::built_in("facts").value(), node_};
};

TEST_F(FactsAgentTest, ListNamesFactsAsFiltersDo) {
  const auto all = call("list").data;
  EXPECT_EQ(all["facts"], (Value{{"country", "de"},
                                 {"os.family", "Debian"},
                                 {"os.tags", Value::array({"a"})},
                                 {"old", 1}}));
  EXPECT_EQ(all["count"], 4);
  EXPECT_EQ(call("list", {{"match", "os."}}).data["count"], 2);
  EXPECT_EQ(call("list", {{"match", "none"}}).data["facts"], Value::object());
}

TEST_F(FactsAgentTest, GetFailsWhereThereIsNoSuchFact) {
  EXPECT_EQ(call("get", {{"fact", "os.tags.0"}}).data["value"], "a");
  const auto none = call("get", {{"fact", "os.flavour"}});
  EXPECT_NE(none.status, 0);
  EXPECT_EQ(none.message, "web1 has no fact 'os.flavour'");
}

TEST_F(FactsAgentTest, RefreshTellsWhatChanged) {
  node_.fresh_ = {{"country", "fr"}, {"os", node_.facts_["os"]}, {"new", true}};
  const auto data = call("refresh").data;
  EXPECT_EQ(data["count"], 3);
  EXPECT_EQ(data["changed"], Value::array({"country", "new", "old"}));
  EXPECT_EQ(call("refresh").data["changed"], Value::array());
}

}  // namespace
}  // namespace muster::plugins::facts_agent
