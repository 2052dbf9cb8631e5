#include "node-agent/daemon/identity.hpp"

#include <gtest/gtest.h>

#include "proto/base/names.hpp"
#include "proto/base/put_aside.hpp"
#include "tests/support/fakes/damages.hpp"
#include "tests/support/fakes/temp_folder.hpp"
#include "tests/support/pki/test_pki.hpp"

namespace muster::agent {
namespace {

AgentConfig named(const std::string& identity, const std::string& certname = "") {
  AgentConfig config;
  config.identity = identity;
  config.puppet.certname = certname;
  return config;
}

TEST(IdentityTest, TheConfiguredNameIsTaken) {
  EXPECT_EQ(find_identity(named("web1.example")), "web1.example");
}

TEST(IdentityTest, APuppetConfThatNamesTheNodeComesBeforeItsHost) {
  EXPECT_EQ(find_identity(named("", "ap-7.example")), "ap-7.example");
  EXPECT_EQ(find_identity(named("web1.example", "ap-7.example")), "web1.example");
  for (const char* wrong : {"localhost", "a b", "../n1"}) {
    const auto found = find_identity(named("", wrong));
    ASSERT_FALSE(found) << wrong;
    EXPECT_EQ(found.error().code, Errc::config) << wrong;
    EXPECT_NE(found.error().message.find("puppet.conf's 'certname'"), std::string::npos)
        << found.error().message;
  }
}

TEST(IdentityTest, WithoutOneItIsTheHostsNameOrAnErrorThatNamesTheKey) {
  const auto found = find_identity(named(""));
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
  const auto found = find_identity(named("localhost"));
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
  const auto host = find_identity(named(""));
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

TEST_F(NodeIdentityTest, ADamagedNameIsPutAsideAndTheHostsCounts) {
  const auto host = find_identity(named(""));
  const auto damages = fakes::damages_of("earlier.example.test\n");
  for (const auto& damage : damages) {
    SCOPED_TRACE(damage.how);
    folder_.write("state/identity", damage.content);
    EXPECT_EQ(node_identity(config_, clock_.unix_ms()).value_or(""), host.value_or(""));
    EXPECT_FALSE(has_joined(config_));
  }
  EXPECT_EQ(base::put_aside_since(folder_.path(), 0).size(), damages.size());
}

}  // namespace
}  // namespace muster::agent
