#include "proto/policy/groups.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::policy {
namespace {

using testing::HasSubstr;

TEST(GroupsTest, EachLineIsAGroupAndItsCallers) {
  const auto groups = Groups::parse("# people\nadmins cert=a  cert=b\n\nweb\tcert=c\n", "groups");
  ASSERT_TRUE(groups);
  EXPECT_TRUE(groups->holds("admins", {"cert=a"}));
  EXPECT_TRUE(groups->holds("web", {"cert=c"}));
  EXPECT_FALSE(groups->holds("admins", {"cert=c"}));
  EXPECT_FALSE(groups->holds("admins", {"cert="}));
  EXPECT_FALSE(groups->holds("nobody", {"cert=a"}));
}

TEST(GroupsTest, ALineThatDoesNotParseRefusesTheFile) {
  const std::pair<const char*, const char*> lines[] = {
      {"admins", "groups:1: group 'admins' has no callers"},
      {"admins alice", "groups:1: 'alice' is no caller: write cert=NAME"},
      {"admins: cert=alice", "groups:1: group 'admins:'"},
      {"operators cert=eve", "groups:1: group 'operators' is built in"},
      {"orchestrators cert=eve", "groups:1: group 'orchestrators' is built in"},
      {"lease cert=eve", "groups:1: group 'lease' is built in"},
      {"a cert=x\na cert=y", "groups:2: group 'a' stands twice"},
      {"a cert=x\vb", "groups:1: a control character (0x0b) in column 9"},
  };
  for (const auto& [text, says] : lines) {
    const auto groups = Groups::parse(text, "groups");
    ASSERT_FALSE(groups) << text;
    EXPECT_THAT(groups.error().message, HasSubstr(says));
  }
}

TEST(GroupsTest, LeaseIsTheOrchestratorThatHoldsIt) {
  const Groups groups;
  EXPECT_TRUE(groups.check_name("lease"));
  EXPECT_TRUE(groups.holds("lease", {"cert=o", security::Role::orchestrator, true}));
  EXPECT_FALSE(groups.holds("lease", {"cert=o", security::Role::orchestrator, false}));
  EXPECT_FALSE(groups.holds("lease", {"cert=a", security::Role::operator_, true}));
}

TEST(GroupsTest, AdminsMayBeNamedAndAreNobodyUntilTheFileSaysWho) {
  const auto groups = Groups::parse("web cert=c\n", "groups").value();
  EXPECT_TRUE(groups.check_name("admins"));
  EXPECT_FALSE(groups.holds("admins", {"cert=c", security::Role::operator_}));
  EXPECT_THAT(groups.check_name("admin").error().message, HasSubstr("neither cert=NAME nor"));
}

TEST(GroupsTest, WhenTheFileWasRefusedTheBuiltInGroupsRemain) {
  const auto groups = Groups::unreadable("groups:3: broken");
  EXPECT_TRUE(groups.check_name("operators"));
  EXPECT_TRUE(groups.holds("operators", {"cert=a", security::Role::operator_}));
  EXPECT_THAT(groups.check_name("admins").error().message, HasSubstr("groups:3: broken"));
}

}  // namespace
}  // namespace muster::policy
