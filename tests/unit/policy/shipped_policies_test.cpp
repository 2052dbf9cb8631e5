// The policies in config/policies, as an installation gets them.
#include <gmock/gmock.h>

#include <gtest/gtest.h>
#include <set>

#include <nlohmann/json.hpp>

#include "proto/ddl/texts.hpp"
#include "proto/policy/policy_store.hpp"

namespace muster::policy {
namespace {

using security::Role;

const PolicyStore& shipped() {
  static const PolicyStore store(MUSTER_POLICIES);
  return store;
}

bool allowed(Role role, std::string_view agent, std::string_view action) {
  return shipped().decide("cert=alice", role, agent, action, Value::object(), {}).allowed;
}

bool allowed_with(Role role, std::string_view agent, std::string_view action,
                  const Value& arguments) {
  return shipped()
      .decide(agent, {.caller = {"cert=alice", role}, .action = action, .arguments = &arguments})
      .allowed;
}

// What can make anything of a machine is off until somebody writes a line for it.
bool is_off(std::string_view agent, std::string_view action) {
  return agent == "shell" || agent == "exec" || (agent == "puppet" && action == "resource");
}

TEST(ShippedPoliciesTest, EveryBuiltInAgentHasOneThatIsNotRefused) {
  for (const auto& text : ddl::texts()) {
    const auto actions = ddl::built_in(text.name).value().action_names();
    for (const auto& action : actions)
      EXPECT_NE(allowed(Role::orchestrator, text.name, action), is_off(text.name, action))
          << text.name << "#" << action;
  }
  EXPECT_FALSE(allowed(Role::operator_, "puppet", "resource"));
}

TEST(ShippedPoliciesTest, OperatorsReadAndRunPuppet) {
  EXPECT_TRUE(allowed(Role::operator_, "rpcutil", "inventory"));
  EXPECT_TRUE(allowed(Role::operator_, "puppet", "runonce"));
  EXPECT_TRUE(allowed(Role::operator_, "service", "status"));
  EXPECT_TRUE(allowed(Role::operator_, "package", "checkupdates"));
  EXPECT_TRUE(allowed(Role::operator_, "provision", "status"));
}

TEST(ShippedPoliciesTest, OnlyAdminsAndOrchestratorsChangeServicesAndPackages) {
  EXPECT_FALSE(allowed(Role::operator_, "service", "restart"));
  EXPECT_FALSE(allowed(Role::operator_, "package", "install"));
}

TEST(ShippedPoliciesTest, OperatorsDoNotProvisionOrSign) {
  for (const char* action :
       {"again", "claim", "request_certificate", "enter_collective", "finish", "run"})
    EXPECT_FALSE(allowed(Role::operator_, "provision", action)) << action;
  for (const char* action : {"list", "sign", "clean", "revoke_lost"})
    EXPECT_FALSE(allowed(Role::operator_, "puppetca", action)) << action;
  EXPECT_TRUE(allowed(Role::operator_, "puppetca", "audit")) << "it only looks";
  EXPECT_TRUE(allowed(Role::operator_, "puppetca", "issued")) << "as an audit does";
  EXPECT_TRUE(allowed(Role::orchestrator, "puppetca", "clean"));
}

TEST(ShippedPoliciesTest, HowAMasterDoesIsOpenAndItsPlacesAreForOrchestrators) {
  const Value borrowing{{"in_flight", Value::object()}, {"most", 20}, {"more", true}};
  EXPECT_TRUE(allowed_with(Role::operator_, "puppetca", "health", {{"more", false}}));
  EXPECT_FALSE(allowed_with(Role::operator_, "puppetca", "health", borrowing));
  EXPECT_TRUE(allowed_with(Role::orchestrator, "puppetca", "health", borrowing));
}

TEST(ShippedPoliciesTest, OperatorsLookAtProcessesAndFilesAndChangeNeither) {
  EXPECT_TRUE(allowed(Role::operator_, "process", "list"));
  EXPECT_TRUE(allowed(Role::operator_, "filemgr", "status"));
  EXPECT_TRUE(allowed(Role::operator_, "nettest", "ping"));
  EXPECT_TRUE(allowed(Role::operator_, "facts", "refresh"));
  for (const auto& [agent, action] : {std::pair{"process", "kill"},
                                      {"process", "pkill"},
                                      {"filemgr", "touch"},
                                      {"filemgr", "remove"}})
    EXPECT_FALSE(allowed(Role::operator_, agent, action)) << agent << "#" << action;
}

TEST(ShippedPoliciesTest, WhatChangesTrustOrTheFleetIsForAdmins) {
  const auto actions = ddl::built_in("orchestrator").value().action_names();
  const std::set<std::string> only_tell{"provision_stats", "provision_history"};
  const std::string of_the_steps_group = "provision_approve_step";  // which decides besides
  for (const auto& action : actions)
    EXPECT_EQ(allowed(Role::operator_, "orchestrator", action), action.starts_with("approval_") ||
                                                                    only_tell.contains(action) ||
                                                                    action == of_the_steps_group)
        << action;
}

// Whoever asks: orchestrators and admins too.
TEST(ShippedPoliciesTest, NoGuardedArgumentIsOn) {
  const PolicyStore store(MUSTER_POLICIES);
  std::vector<std::string> guarded;
  for (const auto& text : ddl::texts()) {
    const auto agent = ddl::built_in(text.name).value();
    for (const auto& action : agent.actions)
      for (const auto& input : action.inputs) {
        if (!input.guarded) continue;
        guarded.push_back(agent.name + "#" + action.name + " " + input.name);
        for (const auto role : {Role::operator_, Role::orchestrator})
          EXPECT_FALSE(store
                           .decide(agent.name, {.caller = {"cert=root", role, true},
                                                .action = action.name,
                                                .guarded = {input.name}})
                           .allowed)
              << guarded.back();
      }
  }
  EXPECT_THAT(guarded, testing::UnorderedElementsAre(
                           "puppet#runonce server", "process#list command_lines",
                           "filemgr#status private_md5", "shell#run user", "shell#run environment",
                           "shell#start user", "shell#start environment", "exec#run user",
                           "exec#run environment", "exec#start user", "exec#start environment"));
}

TEST(ShippedPoliciesTest, EveryDataPluginOfOursMayBeAskedAndNoOther) {
  for (const char* name :
       {"agent", "collective", "fact", "fstat", "package", "puppet", "resource", "service"})
    EXPECT_TRUE(allowed(Role::operator_, std::string("data.") + name, "query")) << name;
  EXPECT_FALSE(allowed(Role::operator_, "data.custom", "query"));
}

TEST(ShippedPoliciesTest, WithoutAPolicyTheShellSaysWhichFileWouldAllowIt) {
  const PolicyStore store(MUSTER_POLICIES);
  const auto decision =
      store.decide("cert=alice", Role::operator_, "shell", "run", Value::object(), {});
  EXPECT_FALSE(decision.allowed);
  EXPECT_THAT(decision.decided_by, testing::HasSubstr("/shell.policy"));
}

TEST(ShippedPoliciesTest, OtherAgentsAreDenied) {
  EXPECT_FALSE(allowed(Role::operator_, "shell", "run"));
  EXPECT_FALSE(allowed(Role::orchestrator, "shell", "run"));
}

}  // namespace
}  // namespace muster::policy
