// The policies in config/policies, as an installation gets them.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "proto/ddl/texts.hpp"
#include "proto/policy/policy_store.hpp"

namespace muster::policy {
namespace {

using security::Role;

bool allowed(Role role, std::string_view agent, std::string_view action) {
  static const PolicyStore store(MUSTER_POLICIES);
  return store.decide("cert=alice", role, agent, action, Value::object(), {}).allowed;
}

TEST(ShippedPoliciesTest, EveryBuiltInAgentHasOneThatIsNotRefused) {
  for (const auto& text : ddl::texts())
    for (const auto& action : ddl::built_in(text.name).value().action_names())
      EXPECT_TRUE(allowed(Role::orchestrator, text.name, action)) << text.name << "#" << action;
}

TEST(ShippedPoliciesTest, OperatorsReadRunPuppetAndAskForProvisioningAgain) {
  EXPECT_TRUE(allowed(Role::operator_, "rpcutil", "inventory"));
  EXPECT_TRUE(allowed(Role::operator_, "puppet", "runonce"));
  EXPECT_TRUE(allowed(Role::operator_, "provision", "status"));
  EXPECT_TRUE(allowed(Role::operator_, "provision", "again"));
}

TEST(ShippedPoliciesTest, OperatorsDoNotProvisionOrSign) {
  for (const char* action : {"claim", "request_certificate", "enter_collective", "finish", "run"})
    EXPECT_FALSE(allowed(Role::operator_, "provision", action)) << action;
  for (const char* action : {"list", "sign", "clean"})
    EXPECT_FALSE(allowed(Role::operator_, "puppetca", action)) << action;
}

TEST(ShippedPoliciesTest, OtherAgentsAreDenied) {
  EXPECT_FALSE(allowed(Role::operator_, "shell", "run"));
  EXPECT_FALSE(allowed(Role::orchestrator, "shell", "run"));
}

}  // namespace
}  // namespace muster::policy
