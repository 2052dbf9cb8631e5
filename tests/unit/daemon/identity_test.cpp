#include "node-agent/daemon/identity.hpp"

#include <gtest/gtest.h>

#include "proto/base/names.hpp"
#include "tests/support/fakes/temp_folder.hpp"
#include "tests/support/pki/test_pki.hpp"

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

// A table: what cloud images are called at their first boot, and what real machines are.
TEST(IdentityTest, WhatImagesAreCalledIsNobodysName) {
  for (const char* name :
       {"", "(none)", "localhost", "LOCALHOST", "localhost.localdomain", "localhost4.localdomain4",
        "localhost6", "ip6-localhost", "ip6-loopback", "localhost.", "Localhost6.LocalDomain6",
        "localhost-live", "localhost.example.com"})
    EXPECT_TRUE(is_placeholder(name)) << name;
  for (const char* name : {"web1", "localhost1", "mylocalhost", "ip-10-0-0-7", "local", "debian"})
    EXPECT_FALSE(is_placeholder(name)) << name;
}

TEST(IdentityTest, APlaceholderIsNotTakenFromTheConfigurationEither) {
  const auto found = find_identity("localhost");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, Errc::config);
}

class NodeIdentityTest : public testing::Test {
 protected:
  NodeIdentityTest() {
    config_.state_folder = folder_ / "state";
    config_.puppet.ssldir = folder_ / "ssl";
  }

  fakes::TempFolder folder_;
  AgentConfig config_;
  base::SystemClock clock_;
};

TEST_F(NodeIdentityTest, BeforeTheNodeHasJoinedTheHostsNameIsFollowed) {
  ASSERT_TRUE(remember_identity(config_, "earlier.example.test"));
  const auto host = find_identity("");
  const auto node = node_identity(config_, clock_.unix_ms());
  EXPECT_EQ(node.has_value(), host.has_value()) << "a name without a certificate is none";
  EXPECT_EQ(node.value_or(""), host.value_or(""));
}

TEST_F(NodeIdentityTest, AfterwardsItKeepsTheNameOfItsCertificate) {
  const test::TestCa ca("Puppet CA: test");
  test::write_ssldir(config_.puppet.ssldir, "earlier.example.test",
                     ca.issue_node("earlier.example.test"), ca.certificate());
  ASSERT_TRUE(remember_identity(config_, "earlier.example.test"));
  EXPECT_EQ(node_identity(config_, clock_.unix_ms()), "earlier.example.test");
}

}  // namespace
}  // namespace muster::agent
