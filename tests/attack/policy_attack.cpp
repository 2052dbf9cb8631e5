// Mistakes in policies that would open a door: a policy that cannot be read denies everything.
#include <nlohmann/json.hpp>

#include "proto/policy/policy_store.hpp"
#include "tests/attack/row.hpp"
#include "tests/support/fakes/temp_folder.hpp"

namespace muster::attack {
namespace {

class PolicyTypo : public testing::Test {
 protected:
  // A node with this policy of the agent `echo` and of `other`, which is well.
  policy::Decision decide(const std::string& text, const std::string& caller = "cert=bob",
                          const std::string& agent = "echo",
                          security::Role role = security::Role::operator_) {
    folder_.write("echo.policy", text);
    folder_.write("other.policy", "allow\tcert=bob\tact\t*\n");
    folder_.write("groups", "admins cert=alice\nweb-team cert=wanda\n");
    const policy::PolicyStore store(folder_.path(), {}, true);
    return store.decide(caller, role, agent, "act", facts_, {});
  }
  void expect_denied_and_told(const std::string& text) {
    const auto decision = decide(text);
    EXPECT_FALSE(decision.allowed) << text;
    EXPECT_TRUE(decision.malformed) << text;
    EXPECT_NE(decision.decided_by.find("echo.policy"), std::string::npos) << decision.decided_by;
    EXPECT_TRUE(decide(text, "cert=bob", "other").allowed) << "another agent's policy went with it";
  }

  fakes::TempFolder folder_;
  const Value facts_ = {{"country", "de"}};
};

TEST_F(PolicyTypo, AMisspeltDenyDeniesAll) {
  row("operator", "'dney' before 'policy default allow'", "refused with file and line");
  expect_denied_and_told("dney\tcert=bob\t*\t*\t*\npolicy default allow\n");
}

TEST_F(PolicyTypo, SpacesForTabsDenyAll) {
  row("operator", "a deny with spaces in place of TABs", "refused with file and line");
  expect_denied_and_told("deny cert=bob * * *\npolicy default allow\n");
}

TEST_F(PolicyTypo, AnUnknownGroupDeniesAll) {
  row("operator", "a deny for a group that is misspelt", "refused with file and line");
  expect_denied_and_told("deny\tweb-taem\t*\t*\t*\npolicy default allow\n");
}

TEST_F(PolicyTypo, ADataFunctionDeniesAll) {
  row("operator", "a deny whose data function has no answer, so that it would vanish",
      "refused with file and line");
  expect_denied_and_told("deny\t*\t*\tfstat('/x').present=true\npolicy default allow\n");
}

TEST_F(PolicyTypo, AConditionWithoutItsBlankDeniesAll) {
  row("operator",
      "a deny whose condition lost its blank or TAB, so that it is for a class of that name",
      "refused with file and line");
  for (const auto* field : {"*\targs:user", "*\targs : user", "*\tweb args: user", "time:mon"})
    expect_denied_and_told(std::string("deny\t*\t*\t") + field + "\npolicy default allow\n");
}

TEST_F(PolicyTypo, AControlCharacterDeniesAll) {
  row("operator",
      "a carriage return or NUL that hides half a line, or makes a deny that of no class",
      "refused with file and line");
  expect_denied_and_told("deny\tcert=bob\tact\t*\r\npolicy default allow\n");
  expect_denied_and_told("allow\tcert=bob\tact\t*\rdeny\t*\t*\t*\n");
  expect_denied_and_told(std::string("allow\tcert=bob\tact\t*\0deny\t*\t*\t*\n", 32));
}

TEST_F(PolicyTypo, AnUnknownDefaultDeniesAll) {
  row("operator", "'policy default alow' and two defaults", "refused with file and line");
  expect_denied_and_told("policy default alow\n");
  expect_denied_and_told("policy default allow\npolicy default deny\n");
}

TEST_F(PolicyTypo, AFolderThatCannotBeReadDeniesAll) {
  row("operator",
      "asks while the folder of policies cannot be read, so that the built-in ones would stand in "
      "for stricter files",
      "refused with the folder");
  folder_.write("policies", "a file where the folder was");
  const auto folder = folder_.path() / "policies";
  const policy::PolicyStore store(folder, {}, true);
  const auto asked = [&](const policy::PolicyStore& of, const char* agent, const char* action) {
    return of.decide("cert=bob", security::Role::operator_, agent, action, facts_, {});
  };
  const policy::PolicyStore untouched(folder_.path() / "nobody-configured-it", {}, true);
  for (const auto& [agent, action] : {std::pair{"puppet", "runonce"}, {"data.fact", "query"}}) {
    EXPECT_TRUE(asked(untouched, agent, action).allowed) << agent << ": nothing was to be allowed";
    const auto decision = asked(store, agent, action);
    EXPECT_FALSE(decision.allowed) << agent;
    EXPECT_NE(decision.decided_by.find(folder.string()), std::string::npos) << decision.decided_by;
  }
}

TEST_F(PolicyTypo, NothingWrittenAllowsNothing) {
  row("operator", "an agent without a policy, or with an empty one", "answered refused");
  EXPECT_FALSE(decide("").allowed);
  EXPECT_FALSE(decide("", "cert=bob", "unheard-of").allowed);
}

TEST_F(PolicyTypo, ACallerMatchesExactly) {
  row("operator", "names that begin or end like one that is allowed", "answered refused");
  const std::string text = "allow\tcert=alice\t*\t*\n";
  EXPECT_TRUE(decide(text, "cert=alice").allowed);
  for (const auto* name : {"cert=alice2", "cert=alic", "cert=Alice", "cert=alice.", "cert=*",
                           "alice", "cert=\xd0\xb0lice"})
    EXPECT_FALSE(decide(text, name).allowed) << name;
}

TEST_F(PolicyTypo, ARoleThatCommandsNothingIsAllowedNothing) {
  row("broker", "a broker's certificate where everybody is allowed", "answered refused");
  const std::string text = "allow\t*\t*\t*\n";
  EXPECT_FALSE(decide(text, "cert=broker1", "echo", security::Role::broker).allowed);
  EXPECT_FALSE(decide(text, "cert=n1", "echo", security::Role::none).allowed);
}

TEST_F(PolicyTypo, BuiltInPoliciesOpenNoShell) {
  row("operator", "shell and exec on a node whose owner wrote no policy", "answered refused");
  const fakes::TempFolder none;
  const policy::PolicyStore store(none.path(), {}, true);
  for (const auto* agent : {"shell", "exec"})
    EXPECT_FALSE(
        store.decide("cert=bob", security::Role::operator_, agent, "run", facts_, {}).allowed);
  EXPECT_FALSE(
      store.decide("cert=bob", security::Role::operator_, "filemgr", "remove", facts_, {}).allowed);
  EXPECT_TRUE(
      store.decide("cert=bob", security::Role::operator_, "rpcutil", "ping", facts_, {}).allowed);
}

}  // namespace
}  // namespace muster::attack
