#include "node-agent/dispatch/agent_table.hpp"

#include <gtest/gtest.h>

#include "plugins/api/described.hpp"
#include "tests/unit/dispatch/test_agent.hpp"

namespace muster::agent {
namespace {

TEST(AgentTableTest, NamesAreSortedWhateverOrderTheAgentsCameIn) {
  const AgentTable table(
      agents_of(std::make_unique<TestAgent>("zeta"), std::make_unique<TestAgent>("alpha")));
  EXPECT_EQ(table.names(), (std::vector<std::string>{"alpha", "zeta"}));
  ASSERT_EQ(table.ddls().size(), 2U);
  EXPECT_EQ(table.ddls().front()->name, "alpha");
}

TEST(AgentTableTest, AnAgentIsFoundByItsWholeNameAlone) {
  const AgentTable table(
      agents_of(std::make_unique<TestAgent>("puppet"), std::make_unique<TestAgent>("puppetca")));
  ASSERT_NE(table.find("puppet"), nullptr);
  EXPECT_EQ(table.find("puppet")->ddl().name, "puppet");
  EXPECT_EQ(table.find("puppetca")->ddl().name, "puppetca");
  for (const auto* stranger : {"", "pup", "puppetc", "puppetcax", "zz"})
    EXPECT_EQ(table.find(stranger), nullptr) << stranger;
}

TEST(AgentTableTest, AnInactiveAgentIsNotOffered) {
  const AgentTable table(agents_of(std::make_unique<TestAgent>("puppetca", nullptr, false),
                                   std::make_unique<TestAgent>("puppet")));
  EXPECT_EQ(table.names(), std::vector<std::string>{"puppet"});
  EXPECT_EQ(table.find("puppetca"), nullptr);
  EXPECT_EQ(table.presence_facts(), (Value{{"puppet", "here"}}));
}

TEST(AgentTableTest, WhatAllAgentsShowInPresenceIsJoined) {
  const AgentTable table(
      agents_of(std::make_unique<TestAgent>("a"), std::make_unique<TestAgent>("b")));
  EXPECT_EQ(table.presence_facts(), (Value{{"a", "here"}, {"b", "here"}}));
  EXPECT_EQ(AgentTable({}).presence_facts(), Value::object());
}

std::vector<std::shared_ptr<plugins::Agent>> others_of(const std::vector<std::string>& names) {
  std::vector<std::shared_ptr<plugins::Agent>> all;
  for (const auto& name : names) all.push_back(std::make_shared<TestAgent>(name));
  return all;
}

TEST(AgentTableTest, OtherPeoplesAgentsComeAndGoBesideTheBuiltInOnes) {
  AgentTable table(agents_of(std::make_unique<TestAgent>("puppet")));
  table.replace_others(others_of({"zebra", "ant"}), {{"broken", "/x/broken.json", "not JSON"}});
  EXPECT_EQ(table.names(), (std::vector<std::string>{"ant", "puppet", "zebra"}));
  ASSERT_EQ(table.disabled().size(), 1U);
  EXPECT_EQ(table.disabled().front().reason, "not JSON");
  table.replace_others(others_of({"bee"}), {});
  EXPECT_EQ(table.names(), (std::vector<std::string>{"bee", "puppet"}));
  EXPECT_EQ(table.find("ant"), nullptr);
  EXPECT_TRUE(table.disabled().empty());
}

TEST(AgentTableTest, WhoeverFoundAnAgentKeepsItAfterItHasGone) {
  AgentTable table(agents_of(std::make_unique<TestAgent>("puppet")));
  table.replace_others(others_of({"ant"}), {});
  const auto agent = table.find("ant");
  const auto ddls = table.ddls();
  table.replace_others({}, {});
  EXPECT_EQ(agent->ddl().name, "ant");
  EXPECT_EQ(ddls.front()->name, "ant");
}

// Told of at its first request, and not before.
class LateAgent final : public plugins::DescribedAgent {
 public:
  explicit LateAgent(int& reads)
      : DescribedAgent({"late", [&reads] {
                          ++reads;
                          ddl::Agent agent;
                          agent.name = "late";
                          return agent;
                        }}) {}
  plugins::ActionReply handle(const plugins::ActionRequest&) override { return {}; }
};

TEST(AgentTableTest, AnAgentIsOfferedAndFoundWithoutItsDescriptionBeingRead) {
  int reads = 0;
  AgentTable table(agents_of(std::make_unique<LateAgent>(reads), std::make_unique<TestAgent>("b")));
  table.replace_others(others_of({"ant"}), {});
  EXPECT_EQ(table.names(), (std::vector<std::string>{"ant", "b", "late"}));
  const auto agent = table.find("late");
  ASSERT_NE(agent, nullptr);
  EXPECT_EQ(table.presence_facts().size(), 2U);
  EXPECT_EQ(reads, 0);
  EXPECT_EQ(agent->ddl().name, "late");
  EXPECT_EQ(reads, 1);
}

}  // namespace
}  // namespace muster::agent
