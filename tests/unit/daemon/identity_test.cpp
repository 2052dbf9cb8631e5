#include "node-agent/daemon/identity.hpp"

#include <gtest/gtest.h>

#include "proto/base/names.hpp"

namespace muster::agent {
namespace {

TEST(IdentityTest, TheConfiguredNameIsTaken) {
  EXPECT_EQ(find_identity("web1.example"), "web1.example");
}

TEST(IdentityTest, WithoutOneItIsTheHostsNameOrAnErrorThatNamesTheKey) {
  const auto found = find_identity("");
  if (found)
    EXPECT_TRUE(base::check_identity(*found));
  else
    EXPECT_NE(found.error().message.find("'identity'"), std::string::npos);
}

}  // namespace
}  // namespace muster::agent
