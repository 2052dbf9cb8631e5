#include "plugins/agents/provision/puppet_ssl.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "plugins/agents/provision/revocation_list.hpp"
#include "proto/base/clock.hpp"
#include "proto/base/files.hpp"
#include "proto/x509/request.hpp"
#include "tests/support/fakes/temp_folder.hpp"
#include "tests/support/pki/test_pki.hpp"

namespace muster::plugins::provision {
namespace {

class PuppetSslTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(ssl_.make_folders()); }
  static mode_t mode_of(const std::filesystem::path& path) {
    struct stat found {};
    return ::stat(path.c_str(), &found) == 0 ? found.st_mode & 07777 : 0;
  }
  std::string word() const {
    return certificate_state(ssl_, "n1.example", base::SystemClock().unix_ms()).word;
  }

  fakes::TempFolder folder_;
  PuppetSsl ssl_{folder_ / "ssl", "n1.example"};
};

TEST_F(PuppetSslTest, MakesAKeyOnceAndKeepsIt) {
  const auto first = ssl_.key();
  ASSERT_TRUE(first) << first.error().message;
  const auto second = ssl_.key();
  ASSERT_TRUE(second);
  EXPECT_TRUE(first->same_public(*second));
  EXPECT_EQ(mode_of(ssl_.key_path()), 0640u);
  EXPECT_EQ(mode_of(ssl_.key_path().parent_path()), 0750u);
}

TEST_F(PuppetSslTest, AKeyThatCannotBeReadIsMovedAside) {
  ASSERT_TRUE(base::write_file(ssl_.key_path(), "not a key", 0640));
  ASSERT_TRUE(ssl_.key());
  EXPECT_EQ(ssl_.moved(), std::vector<std::string>{ssl_.key_path().string() + ".old"});
  EXPECT_EQ(base::read_file(ssl_.key_path().string() + ".old").value(), "not a key");
}

TEST_F(PuppetSslTest, AKeyThatOthersMayReadIsNeitherUsedNorReplacedInSilence) {
  ASSERT_TRUE(ssl_.key());
  std::filesystem::permissions(ssl_.key_path(), std::filesystem::perms(0644));
  const auto key = ssl_.key();
  ASSERT_FALSE(key);
  EXPECT_EQ(key.error().code, Errc::refused);
  EXPECT_TRUE(ssl_.moved().empty());
}

TEST_F(PuppetSslTest, TellsWhatStandsWhereTheCertificateBelongs) {
  const test::TestCa ca("Puppet CA: m1");
  EXPECT_EQ(word(), "missing");
  ASSERT_TRUE(base::write_file(ssl_.certificate_path(), "rubbish"));
  EXPECT_EQ(word(), "unreadable");
  const auto holder = ca.issue_node("n1.example");
  ASSERT_TRUE(base::write_file(ssl_.certificate_path(), holder.certificate.pem()));
  ASSERT_TRUE(ssl_.key());
  EXPECT_EQ(word(), "foreign");
  ASSERT_TRUE(base::write_file(ssl_.key_path(), holder.key.private_pem().value()));
  ASSERT_TRUE(base::write_file(ssl_.ca_path(), ca.certificate().pem()));
  EXPECT_EQ(word(), "valid");
  const auto late = certificate_state(ssl_, "n1.example", holder.certificate.not_after_ms() + 1);
  EXPECT_EQ(late.word, "expired");
  EXPECT_EQ(late.issuer, ca.certificate().subject());
}

TEST_F(PuppetSslTest, AnIssuerIsFoundByItsSignatureNotItsName) {
  const test::TestCa ca("Puppet CA: m1");
  const test::TestCa namesake("Puppet CA: m1");
  const auto node = ca.issue_node("n1.example").certificate;
  EXPECT_TRUE(issuer_in(namesake.certificate().pem() + ca.certificate().pem(), node));
  EXPECT_EQ(issuer_in(namesake.certificate().pem(), node).error().code, Errc::refused);
}

TEST_F(PuppetSslTest, ARevocationListThatIsNotOneIsRefused) {
  const test::TestCa ca("Puppet CA: m1");
  const auto node = ca.issue_node("n1.example").certificate;
  EXPECT_EQ(check_not_revoked("", ca.certificate(), node).error().code, Errc::refused);
  EXPECT_EQ(check_not_revoked(ca.certificate().pem(), ca.certificate(), node).error().code,
            Errc::refused);
}

TEST_F(PuppetSslTest, ARequestCarriesNameAndKey) {
  const auto key = ssl_.key();
  ASSERT_TRUE(key);
  const auto request = x509::make_request({.common_name = "n1.example"}, *key);
  ASSERT_TRUE(request);
  const auto content = x509::open_request(request->pem, "request");
  ASSERT_TRUE(content);
  EXPECT_EQ(content->common_name, "n1.example");
  EXPECT_TRUE(content->public_key.same_public(*key));
  EXPECT_EQ(x509::read_request(request->pem, "request")->fingerprint, request->fingerprint);
}

}  // namespace
}  // namespace muster::plugins::provision
