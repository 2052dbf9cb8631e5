#include "proto/policy/policy_store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/support/fakes/temp_folder.hpp"

namespace muster::policy {
namespace {

using security::Role;
using testing::EndsWith;
using testing::HasSubstr;

constexpr auto kAllowAll = "allow\t*\t*\t*\t*\n";

Decision ask(const PolicyStore& store, std::string_view agent,
             std::string_view caller = "cert=alice", Role role = Role::operator_) {
  return store.decide(caller, role, agent, "status", Value::object(), {});
}

TEST(PolicyStoreTest, EachAgentHasItsFile) {
  const fakes::TempFolder folder;
  folder.write("puppet.policy", kAllowAll);
  folder.write("service.policy", "policy default deny\n");
  const PolicyStore store(folder.path());
  EXPECT_TRUE(ask(store, "puppet").allowed);
  EXPECT_THAT(ask(store, "puppet").decided_by, EndsWith("/puppet.policy:1"));
  EXPECT_FALSE(ask(store, "service").allowed);
  EXPECT_FALSE(ask(store, "unheard").allowed);
  EXPECT_THAT(ask(store, "unheard").decided_by, HasSubstr("no policy: neither "));
}

TEST(PolicyStoreTest, TheDefaultIsForAgentsWithoutOne) {
  const fakes::TempFolder folder;
  folder.write("default.policy", kAllowAll);
  folder.write("service.policy", "");
  folder.write("broken.policy", "allow everyone\n");
  const PolicyStore store(folder.path());
  EXPECT_TRUE(ask(store, "package").allowed);
  EXPECT_FALSE(ask(store, "service").allowed);
  EXPECT_FALSE(ask(store, "broken").allowed)
      << "a refused policy must not fall back to the default";
}

TEST(PolicyStoreTest, ARefusedFileDeniesItsAgentAloneAndSaysWhy) {
  const fakes::TempFolder folder;
  folder.write("puppet.policy", std::string(kAllowAll) + "deyn\tcert=eve\t*\t*\t*\n");
  folder.write("rpcutil.policy", kAllowAll);
  const PolicyStore store(folder.path());
  EXPECT_FALSE(ask(store, "puppet").allowed);
  EXPECT_THAT(ask(store, "puppet").decided_by,
              HasSubstr("puppet.policy:2: 'deyn' is neither allow nor deny"));
  EXPECT_TRUE(ask(store, "rpcutil").allowed);
}

TEST(PolicyStoreTest, AFileThatCannotBeReadDenies) {
  const fakes::TempFolder folder;
  std::filesystem::create_directory(folder / "puppet.policy");
  folder.write("default.policy", kAllowAll);
  const PolicyStore store(folder.path());
  EXPECT_FALSE(ask(store, "puppet").allowed);
  EXPECT_THAT(ask(store, "puppet").decided_by, HasSubstr("policy refused: cannot read"));
}

TEST(PolicyStoreTest, WithoutAFolderOnlyTheBuiltInPoliciesAllowAnything) {
  const PolicyStore store("/nonexistent/policies");
  EXPECT_TRUE(ask(store, "rpcutil").allowed);
  EXPECT_THAT(ask(store, "rpcutil").decided_by, HasSubstr("built-in rpcutil.policy"));
  EXPECT_FALSE(ask(store, "shell").allowed);
}

TEST(PolicyStoreTest, AFolderThatCannotBeReadDeniesWhatTheBuiltInPoliciesAllow) {
  const fakes::TempFolder folder;
  folder.write("policies", "no folder");
  PolicyStore store(folder / "policies");
  for (const auto* agent : {"rpcutil", "data.fact", "shell"}) {
    EXPECT_FALSE(ask(store, agent).allowed) << agent;
    EXPECT_TRUE(ask(store, agent).malformed) << agent;
  }
  std::filesystem::remove(folder / "policies");
  store.reload();
  EXPECT_TRUE(ask(store, "rpcutil").allowed);
}

TEST(PolicyStoreTest, AFileReplacesTheBuiltInPolicyOfItsAgent) {
  const fakes::TempFolder folder;
  folder.write("rpcutil.policy", "policy default deny\n");
  const PolicyStore store(folder.path());
  EXPECT_FALSE(ask(store, "rpcutil").allowed);
  EXPECT_TRUE(ask(store, "puppet").allowed);
}

TEST(PolicyStoreTest, ADefaultReplacesAllBuiltInPolicies) {
  const fakes::TempFolder folder;
  folder.write("default.policy", "policy default deny\n");
  const PolicyStore store(folder.path());
  EXPECT_FALSE(ask(store, "rpcutil").allowed);
}

TEST(PolicyStoreTest, ABrokenGroupsFileRefusesOnlyPoliciesThatNameOne) {
  const fakes::TempFolder folder;
  folder.write("groups", "admins alice\n");
  folder.write("puppet.policy", "allow\tadmins\t*\t*\t*\n");
  folder.write("rpcutil.policy", "allow\toperators\t*\t*\t*\n");
  const PolicyStore store(folder.path());
  EXPECT_FALSE(ask(store, "puppet").allowed);
  EXPECT_THAT(ask(store, "puppet").decided_by, HasSubstr("'alice' is no caller"));
  EXPECT_TRUE(ask(store, "rpcutil").allowed);
}

TEST(PolicyStoreTest, OnlyOperatorsAndOrchestratorsAreEverAllowed) {
  const fakes::TempFolder folder;
  folder.write("default.policy", "policy default allow\n");
  const PolicyStore store(folder.path());
  EXPECT_TRUE(ask(store, "x", "cert=a", Role::operator_).allowed);
  EXPECT_TRUE(ask(store, "x", "cert=a", Role::orchestrator).allowed);
  EXPECT_FALSE(ask(store, "x", "cert=a", Role::broker).allowed);
  EXPECT_FALSE(ask(store, "x", "cert=a", Role::none).allowed);
}

TEST(PolicyStoreTest, AgentNamesAreNeverPaths) {
  const fakes::TempFolder folder;
  folder.write("outside.policy", kAllowAll);
  folder.write("policies/inside.policy", kAllowAll);
  const PolicyStore store(folder / "policies");
  EXPECT_TRUE(ask(store, "inside").allowed);
  for (const char* agent : {"../outside", "../policies/inside", "./inside", "inside.policy", ""})
    EXPECT_FALSE(ask(store, agent).allowed) << agent;
}

TEST(PolicyStoreTest, OtherFilesAreNotPolicies) {
  const fakes::TempFolder folder;
  for (const char* name : {"shell.policy~", "shell.policy.bak", "Shell.policy", ".policy", "shell"})
    folder.write(name, kAllowAll);
  const PolicyStore store(folder.path());
  EXPECT_FALSE(ask(store, "shell").allowed);
}

TEST(PolicyStoreTest, ReloadTakesWhatIsThereNow) {
  const fakes::TempFolder folder;
  folder.write("puppet.policy", kAllowAll);
  folder.write("groups", "admins cert=bob\n");
  PolicyStore store(folder.path());
  EXPECT_TRUE(ask(store, "puppet").allowed);
  folder.write("puppet.policy", "allow\tadmins\t*\t*\t*\n");
  EXPECT_TRUE(ask(store, "puppet").allowed);
  store.reload();
  EXPECT_FALSE(ask(store, "puppet").allowed);
  EXPECT_TRUE(ask(store, "puppet", "cert=bob").allowed);
}

TEST(PolicyStoreTest, DecisionsGoOnDuringAReload) {
  const fakes::TempFolder folder;
  folder.write("puppet.policy", kAllowAll);
  PolicyStore store(folder.path());
  std::atomic<int> denied{0};
  std::vector<std::thread> askers;
  for (int t = 0; t < 3; ++t)
    askers.emplace_back([&] {
      for (int i = 0; i < 500; ++i) denied += ask(store, "puppet").allowed ? 0 : 1;
    });
  for (int i = 0; i < 20; ++i) store.reload();
  for (auto& asker : askers) asker.join();
  EXPECT_EQ(denied, 0);
}

}  // namespace
}  // namespace muster::policy
