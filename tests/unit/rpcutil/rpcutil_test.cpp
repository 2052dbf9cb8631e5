#include "plugins/agents/rpcutil/rpcutil.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "plugins/registry.hpp"
#include "proto/ddl/texts.hpp"
#include "tests/support/fakes/fake_clock.hpp"

namespace muster::plugins {
namespace {

class ANode final : public Node {
 public:
  const std::string& identity() const override { return identity_; }
  std::string version() const override { return "1.0.0"; }
  Value facts() const override {
    return {{"country", "de"}, {"os", {{"family", "Debian"}}}, {"cpus", 4}};
  }
  std::vector<std::string> classes() const override { return {"role::web"}; }
  std::vector<std::string> agents() const override { return {"rpcutil"}; }
  std::vector<std::shared_ptr<const ddl::Agent>> agent_ddls() const override { return {ddl_}; }
  std::vector<DisabledAgent> disabled_agents() const override {
    return {{"broken", "/etc/muster/agents/broken.json", "not JSON"}};
  }
  std::vector<std::string> data_plugins() const override { return {"fstat"}; }
  Result<Value> query_data(const std::string& name,
                           const std::optional<std::string>& argument) const override {
    if (name != "fstat") return Node::query_data(name, argument);
    return Value{{"name", argument.value_or("")}, {"size", 6}};
  }
  Value statistics() const override { return {{"total", 12}, {"replies", 3}}; }
  std::vector<std::string> collectives() const override { return collectives_; }
  const base::Clock& clock() const override { return clock_; }
  const PuppetPaths& puppet() const override { return puppet_; }
  std::filesystem::path state_folder() const override { return {}; }
  Jobs& jobs() override { throw std::logic_error("rpcutil starts no job"); }
  void enter_collective() override {}
  void presence_changed() override {}

  std::vector<std::string> collectives_{"mcollective", "de"};

 private:
  std::string identity_ = "web1";
  fakes::FakeClock clock_;
  PuppetPaths puppet_;
  std::shared_ptr<const ddl::Agent> ddl_ =
      std::make_shared<const ddl::Agent>(ddl::built_in("rpcutil").value());
};

class RpcutilTest : public testing::Test {
 protected:
  // Through the DDL on both sides, as a node does.
  Value call(const std::string& action, const Value& inputs = Value::object()) {
    auto agents = built_in_agents(node_);
    const auto at = std::find_if(agents.begin(), agents.end(),
                                 [](const auto& each) { return each->ddl().name == "rpcutil"; });
    auto& agent = **at;
    const auto checked = ddl::check_inputs(agent.ddl(), action, inputs);
    if (!checked) return checked.error().message;
    ActionRequest request;
    request.action = action;
    request.data = *checked;
    const auto reply = agent.handle(request);
    EXPECT_EQ(reply.status, 0) << reply.message;
    std::vector<std::string> declared;
    for (const auto& output : agent.ddl().find(action)->outputs) declared.push_back(output.name);
    if (action == "get_data") return reply.data;  // its outputs are the data plugin's
    for (const auto& [name, unused] : reply.data.items())
      EXPECT_THAT(declared, testing::Contains(name)) << "not in the DDL";
    return reply.data;
  }

  ANode node_;
};

TEST_F(RpcutilTest, PingAnswersWithSecondsByTheNodesClock) {
  EXPECT_EQ(call("ping"), (Value{{"pong", fakes::FakeClock::kStartMs / 1000}}));
}

TEST_F(RpcutilTest, InventoryTellsWhatTheNodeIs) {
  const auto data = call("inventory");
  EXPECT_EQ(data["facts"], node_.facts());
  EXPECT_EQ(data["classes"], Value::array({"role::web"}));
  EXPECT_EQ(data["agents"], Value::array({"rpcutil"}));
  EXPECT_EQ(data["version"], "1.0.0");
  EXPECT_EQ(data["data_plugins"], Value::array({"fstat"}));
  EXPECT_EQ(data["main_collective"], "mcollective");
  EXPECT_EQ(data["collectives"], Value::array({"mcollective", "de"}));
}

TEST_F(RpcutilTest, InventoriesTellWhichAgentsAreDisabledAndWhy) {
  const Value disabled = Value::array(
      {{{"agent", "broken"}, {"file", "/etc/muster/agents/broken.json"}, {"reason", "not JSON"}}});
  EXPECT_EQ(call("inventory")["disabled_agents"], disabled);
  EXPECT_EQ(call("agent_inventory")["disabled_agents"], disabled);
}

TEST_F(RpcutilTest, ANodeInNoCollectiveHasNoMainOne) {
  node_.collectives_.clear();
  EXPECT_EQ(call("collective_info"),
            (Value{{"main_collective", nullptr}, {"collectives", Value::array()}}));
}

TEST_F(RpcutilTest, GetFactReadsDottedPaths) {
  EXPECT_EQ(call("get_fact", {{"fact", "os.family"}}),
            (Value{{"fact", "os.family"}, {"value", "Debian"}}));
  EXPECT_EQ(call("get_fact", {{"fact", "none"}}), (Value{{"fact", "none"}, {"value", nullptr}}));
}

TEST_F(RpcutilTest, GetFactsReadsACommaSeparatedList) {
  EXPECT_EQ(call("get_facts", {{"facts", " cpus , os.family,none "}}),
            (Value{{"values", {{"cpus", 4}, {"os.family", "Debian"}, {"none", nullptr}}}}));
  EXPECT_THAT(call("get_facts", {{"facts", "a,,b"}}).get<std::string>(),
              testing::HasSubstr("must match"));
}

TEST_F(RpcutilTest, GetDataAnswersWhatTheDataPluginDoes) {
  EXPECT_EQ(call("get_data", {{"source", "fstat"}, {"query", "/x"}}),
            (Value{{"name", "/x"}, {"size", 6}}));
  ActionRequest request;
  request.action = "get_data";
  request.data = {{"source", "none"}};
  rpcutil::Rpcutil agent(ddl::built_in("rpcutil").value(), node_);
  EXPECT_EQ(agent.handle(request).message, "no data plugin 'none' here");
}

TEST_F(RpcutilTest, GetDdlTellsTheDescriptionOfAnActiveAgent) {
  const auto told = call("get_ddl", {{"agent", "rpcutil"}})["ddl"];
  EXPECT_EQ(told["metadata"]["name"], "rpcutil");
  EXPECT_TRUE(ddl::parse(told.dump(), "told"));
  ActionRequest request;
  request.action = "get_ddl";
  request.data = {{"agent", "rpcutl"}};
  rpcutil::Rpcutil agent(ddl::built_in("rpcutil").value(), node_);
  EXPECT_NE(agent.handle(request).status, 0);
}

TEST_F(RpcutilTest, AgentInventoryDescribesEveryActiveAgent) {
  const auto agents = call("agent_inventory")["agents"];
  ASSERT_EQ(agents.size(), 1U);
  EXPECT_EQ(agents[0]["agent"], "rpcutil");
  EXPECT_EQ(agents[0]["timeout"], 10);
  EXPECT_EQ(agents[0]["license"], "Apache-2.0");
}

TEST_F(RpcutilTest, DaemonStatsAreTheNodes) {
  EXPECT_EQ(call("daemon_stats"), node_.statistics());
}

TEST_F(RpcutilTest, EveryDescribedActionAnswers) {
  auto agents = built_in_agents(node_);
  const Value inputs{{"get_data", {{"source", "fstat"}}},
                     {"get_ddl", {{"agent", "rpcutil"}}},
                     {"get_fact", {{"fact", "a"}}},
                     {"get_facts", {{"facts", "a"}}}};
  const auto actions = ddl::built_in("rpcutil").value().action_names();
  for (const auto& action : actions)
    EXPECT_TRUE(call(action, inputs.value(action, Value::object())).is_object()) << action;
}

TEST_F(RpcutilTest, AnUnknownActionIsStatusTwo) {
  auto agents = built_in_agents(node_);
  ActionRequest request;
  request.action = "pong";
  EXPECT_EQ(agents.front()->handle(request).status, 2);
}

}  // namespace
}  // namespace muster::plugins
