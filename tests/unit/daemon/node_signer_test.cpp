#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node-agent/daemon/node_signer.hpp"
#include "tests/support/fakes/temp_folder.hpp"
#include "tests/support/pki/test_pki.hpp"

namespace muster::agent {
namespace {

using testing::HasSubstr;

class NodeSignerTest : public testing::Test {
 protected:
  NodeSignerTest() { puppet_.ssldir = folder_.path(); }
  void write(const std::string& identity, const test::Holder& holder) {
    test::write_ssldir(puppet_.ssldir, identity, holder, ca_.certificate());
  }
  Result<security::Signer> signer() { return node_signer(puppet_, "n1", clock_.unix_ms()); }

  fakes::TempFolder folder_;
  test::TestCa ca_{"Puppet CA: test"};
  plugins::PuppetPaths puppet_;
  base::SystemClock clock_;
};

TEST_F(NodeSignerTest, ANodeSignsWithItsPuppetCertificate) {
  write("n1", ca_.issue_node("n1"));
  const auto found = signer();
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->name(), "n1");
}

TEST_F(NodeSignerTest, WithoutACertificateThereIsNone) {
  const auto found = signer();
  ASSERT_FALSE(found);
  EXPECT_THAT(found.error().message, HasSubstr("certs/n1.pem"));
}

TEST_F(NodeSignerTest, AnotherNodesCertificateIsNotOurs) {
  write("n1", ca_.issue_node("n2"));
  EXPECT_THAT(signer().error().message, HasSubstr("for 'n2'"));
}

TEST_F(NodeSignerTest, AKeyOfAnotherCertificateIsRefused) {
  auto holder = ca_.issue_node("n1");
  holder.key = x509::Key::generate_p256().value();
  write("n1", holder);
  EXPECT_EQ(signer().error().code, Errc::config);
}

TEST_F(NodeSignerTest, AKeyThatOthersMayReadIsNotUsed) {
  write("n1", ca_.issue_node("n1"));
  const auto key = folder_ / "private_keys/n1.pem";
  std::filesystem::permissions(key, std::filesystem::perms(0644));
  const auto found = signer();
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, Errc::refused);
  EXPECT_THAT(found.error().message, HasSubstr("run: chmod 0640 " + key.string()));
}

TEST_F(NodeSignerTest, TheKeyMayBeACredentialOfSystemd) {
  const auto holder = ca_.issue_node("n1");
  write("n1", holder);
  std::filesystem::remove(folder_ / "private_keys/n1.pem");
  puppet_.private_key =
      folder_.write("credentials/node.key", holder.key.private_pem().value(), 0400);
  ASSERT_TRUE(signer()) << signer().error().message;
  std::filesystem::permissions(puppet_.private_key, std::filesystem::perms(0640));
  EXPECT_EQ(signer().error().code, Errc::refused) << "one that is not Puppet's has no group";
}

TEST_F(NodeSignerTest, AnExpiredCertificateIsToldWithItsDate) {
  const auto holder = ca_.issue_node("n1");
  write("n1", holder);
  const auto late = node_signer(puppet_, "n1", holder.certificate.not_after_ms() + 1);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, Errc::expired);
}

}  // namespace
}  // namespace muster::agent
