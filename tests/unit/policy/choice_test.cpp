#include "proto/policy/choice.hpp"

#include <gtest/gtest.h>

namespace muster::policy {
namespace {

TEST(ChoiceTest, AFilterThatAnyNodeMatchesChoosesNobody) {
  EXPECT_TRUE(matches_everybody({}));
  EXPECT_TRUE(matches_everybody({.agents = {"puppet"}})) << "agents choose nobody";
  for (const auto* all : {"/./", "/.*/", "/^[a-z0-9]/"})
    EXPECT_TRUE(matches_everybody({.identities = {all}})) << all;
  EXPECT_TRUE(matches_everybody({.identities = {"n1", "/./"}})) << "one of them is enough";
  for (const auto* all : {"not nosuchclass", "not country=us", "!(a=b and c=d)"})
    EXPECT_TRUE(matches_everybody({.compounds = {all}})) << all;
}

TEST(ChoiceTest, AFilterThatSomeNodesMatchChooses) {
  EXPECT_FALSE(matches_everybody({.facts = {"country=de"}}));
  EXPECT_FALSE(matches_everybody({.classes = {"role::web"}}));
  EXPECT_FALSE(matches_everybody({.identities = {"n1"}}));
  EXPECT_FALSE(matches_everybody({.identities = {"/^web/"}}));
  EXPECT_FALSE(matches_everybody({.compounds = {"not country=us and role::web"}}));
}

}  // namespace
}  // namespace muster::policy
