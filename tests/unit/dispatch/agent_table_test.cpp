#include "node-agent/dispatch/agent_table.hpp"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace muster::agent
