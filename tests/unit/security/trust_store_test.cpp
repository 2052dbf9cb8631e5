#include "proto/security/trust_store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <ctime>
#include <filesystem>
#include <thread>

#include "proto/base/files.hpp"
#include "proto/envelope/envelope.hpp"
#include "tests/support/fakes/fake_clock.hpp"
#include "tests/support/pki/test_pki.hpp"

namespace muster::security {
namespace {

using testing::HasSubstr;
using ms = std::chrono::milliseconds;
constexpr std::int64_t kDayMs = 24LL * 3600 * 1000;

class TrustStoreTest : public testing::Test {
 protected:
  TrustStoreTest() { EXPECT_TRUE(store_.add(ca_.certificate())); }
  std::vector<std::string> chain(const test::Holder& leaf) { return {leaf.certificate.der()}; }

  fakes::FakeClock clock_{std::int64_t{std::time(nullptr)} * 1000};
  TrustStore store_{clock_};
  test::TestCa ca_{"Puppet CA: de"};
};

TEST_F(TrustStoreTest, CertificateOfATrustedCaIsGivenBack) {
  const auto node = ca_.issue_node("n1");
  for (int i = 0; i < 2; ++i) {  // the second time from memory
    const auto verified = store_.verify(chain(node));
    ASSERT_TRUE(verified) << verified.error().message;
    EXPECT_EQ(verified->certificate.common_name(), "n1");
  }
}

TEST_F(TrustStoreTest, OneCaCannotBeTwoRoots) {
  TrustStore commanding(clock_);
  ASSERT_TRUE(commanding.add(ca_.certificate(), Root::operators));
  EXPECT_TRUE(commanding.add(ca_.certificate(), Root::operators));
  const auto refused = commanding.add(ca_.certificate(), Root::orchestrators);
  EXPECT_EQ(refused.error().code, Errc::refused);
  EXPECT_THAT(refused.error().message, HasSubstr("it is the operator root already"));
}

TEST_F(TrustStoreTest, UnknownCaIsNamed) {
  const test::TestCa other("Puppet CA: us");
  const auto verdict = store_.verify(chain(other.issue_node("n1")));
  EXPECT_EQ(verdict.error().code, Errc::refused);
  EXPECT_EQ(verdict.error().message,
            "certificate of 'n1' is signed by an unknown CA 'Puppet CA: us'");
}

TEST_F(TrustStoreTest, CaOfTheSameNameWithAnotherKeyIsUnknown) {
  const test::TestCa twin("Puppet CA: de");
  const auto verdict = store_.verify(chain(twin.issue_node("n1")));
  EXPECT_EQ(verdict.error().code, Errc::refused);
  EXPECT_THAT(verdict.error().message, HasSubstr("unknown CA 'Puppet CA: de'"));
}

TEST_F(TrustStoreTest, TwoTrustedCasMayBearTheSameName) {
  const test::TestCa twin("Puppet CA: de");
  ASSERT_TRUE(store_.add(twin.certificate()));
  EXPECT_TRUE(store_.verify(chain(ca_.issue_node("n1"))));
  EXPECT_TRUE(store_.verify(chain(twin.issue_node("n2"))));
}

TEST_F(TrustStoreTest, ExpiredCertificateIsRefusedWithItsDate) {
  x509::IssueSpec spec;
  spec.common_name = "n1";
  spec.valid_for = std::chrono::hours(-1);
  const auto verdict = store_.verify(chain(ca_.issue(spec)));
  EXPECT_EQ(verdict.error().code, Errc::refused);
  EXPECT_THAT(verdict.error().message, HasSubstr("certificate of 'n1' has expired (20"));
}

TEST_F(TrustStoreTest, CertificateExpiresWhileItIsRemembered) {
  x509::IssueSpec spec;
  spec.common_name = "n1";
  spec.valid_for = std::chrono::hours(1);
  const auto node = chain(ca_.issue(spec));
  EXPECT_TRUE(store_.verify(node));
  clock_.advance(ms(2 * 3600 * 1000));
  EXPECT_THAT(store_.verify(node).error().message, HasSubstr("has expired"));
}

TEST_F(TrustStoreTest, CertificateIsNotValidBeforeItsTime) {
  const auto node = chain(ca_.issue_node("n1"));
  EXPECT_TRUE(store_.verify(node));
  clock_.advance(ms(-2 * kDayMs));
  const auto verdict = store_.verify(node);
  EXPECT_EQ(verdict.error().code, Errc::refused);
  EXPECT_THAT(verdict.error().message, HasSubstr("is not valid before"));
}

TEST_F(TrustStoreTest, RememberedCertificateIsForgottenWithItsCa) {
  const auto node = chain(ca_.issue_node("n1"));
  EXPECT_TRUE(store_.verify(node));
  store_.remove(ca_.certificate().fingerprint());
  EXPECT_FALSE(store_.trusts(ca_.certificate().fingerprint()));
  EXPECT_EQ(store_.verify(node).error().code, Errc::refused);
}

TEST_F(TrustStoreTest, LeafCannotIssue) {
  const auto leaf = ca_.issue_node("n1");
  x509::IssueSpec spec;
  spec.common_name = "admin";
  // issue() itself refuses a leaf, so the forger pretends to hold a CA of that name and key.
  x509::IssueSpec pretended;
  pretended.common_name = "n1";
  pretended.ca = true;
  const auto fake = x509::issue(pretended, leaf.key, nullptr, leaf.key).value();
  const auto forged = x509::issue(spec, leaf.key, &fake, leaf.key).value();
  EXPECT_EQ(store_.verify({forged.der(), leaf.certificate.der()}).error().code, Errc::refused);
  EXPECT_EQ(store_.verify({forged.der(), fake.der()}).error().code, Errc::refused);
}

TEST_F(TrustStoreTest, LeafIsNoAnchor) {
  const auto verdict = store_.add(ca_.issue_node("n1").certificate);
  EXPECT_EQ(verdict.error().code, Errc::refused);
  EXPECT_THAT(verdict.error().message, HasSubstr("not a CA"));
}

TEST_F(TrustStoreTest, CaItselfSignsNoMessages) {
  EXPECT_EQ(store_.verify({ca_.certificate().der()}).error().code, Errc::refused);
}

TEST_F(TrustStoreTest, IntermediateLeadsToTheRootAndMayBeTrustedByItself) {
  x509::IssueSpec spec;
  spec.common_name = "Puppet CA: issuing";
  spec.ca = true;
  const auto middle = ca_.issue(spec);
  x509::IssueSpec leaf_spec;
  leaf_spec.common_name = "n1";
  const auto key = x509::Key::generate_p256().value();
  const auto leaf = x509::issue(leaf_spec, key, &middle.certificate, middle.key).value();
  EXPECT_TRUE(store_.verify({leaf.der(), middle.certificate.der()}));
  TrustStore issuing_only(clock_);
  ASSERT_TRUE(issuing_only.add(middle.certificate));
  EXPECT_TRUE(issuing_only.verify({leaf.der()}));
  EXPECT_FALSE(TrustStore(clock_).verify({leaf.der(), middle.certificate.der()}));
}

TEST_F(TrustStoreTest, WhetherTheAnchorSignedTheCertificateItselfIsTold) {
  const auto near = store_.verify(chain(ca_.issue_node("n1")));
  EXPECT_EQ(near->anchor, ca_.certificate().fingerprint());
  EXPECT_TRUE(near->direct);
  const auto middle = test::TestCa::under(ca_, "Puppet CA: issuing");
  const auto leaf = middle.issue_node("n2");
  const std::vector<std::string> path{leaf.certificate.der(), middle.certificate().der()};
  for (int i = 0; i < 2; ++i) {  // the second time from memory
    const auto far = store_.verify(path);
    ASSERT_TRUE(far) << far.error().message;
    EXPECT_EQ(far->anchor, ca_.certificate().fingerprint());
    EXPECT_FALSE(far->direct);
    EXPECT_EQ(far->name, "n2");
    EXPECT_EQ(far->fingerprint, leaf.certificate.fingerprint());
  }
  // The nearest of both that could be named.
  ASSERT_TRUE(store_.add(middle.certificate()));
  const auto nearer = store_.verify(path);
  EXPECT_EQ(nearer->anchor, middle.certificate().fingerprint());
  EXPECT_TRUE(nearer->direct);
}

TEST_F(TrustStoreTest, WithoutItsIntermediateACertificateIsRefused) {
  x509::IssueSpec spec;
  spec.common_name = "Puppet CA: issuing";
  spec.ca = true;
  const auto middle = ca_.issue(spec);
  x509::IssueSpec leaf_spec;
  leaf_spec.common_name = "n1";
  const auto leaf = x509::issue(leaf_spec, middle.key, &middle.certificate, middle.key).value();
  EXPECT_THAT(store_.verify({leaf.der()}).error().message, HasSubstr("Puppet CA: issuing"));
}

TEST_F(TrustStoreTest, WeakLeafKeyIsRefused) {
  const x509::Key weak(std::shared_ptr<EVP_PKEY>(EVP_RSA_gen(1024), EVP_PKEY_free));
  EXPECT_EQ(store_.verify({"not even a certificate"}).error().code, Errc::invalid_data);
  x509::IssueSpec spec;
  spec.common_name = "n1";
  EXPECT_EQ(x509::issue(spec, weak, &ca_.certificate(), ca_.key()).error().code, Errc::refused);
}

TEST_F(TrustStoreTest, Rsa4096CaOfPuppetIsTrusted) {
  const x509::Key rsa(std::shared_ptr<EVP_PKEY>(EVP_RSA_gen(4096), EVP_PKEY_free));
  x509::IssueSpec spec;
  spec.common_name = "Puppet CA: rsa";
  spec.ca = true;
  const auto certificate = x509::issue(spec, rsa, nullptr, rsa).value();
  ASSERT_TRUE(store_.add(certificate));
  x509::IssueSpec leaf_spec;
  leaf_spec.common_name = "n1";
  const auto key = x509::Key::generate_p256().value();
  EXPECT_TRUE(store_.verify({x509::issue(leaf_spec, key, &certificate, rsa)->der()}));
}

TEST_F(TrustStoreTest, EmptyAndEndlessChainsAreRefused) {
  EXPECT_EQ(store_.verify({}).error().code, Errc::refused);
  const std::vector<std::string> endless(envelope::kCertificatesMax + 1,
                                         ca_.issue_node("n1").certificate.der());
  EXPECT_EQ(store_.verify(endless).error().code, Errc::limit);
}

TEST_F(TrustStoreTest, AnchorsEndAtTheirLimitAndKnownOnesDoNotCount) {
  for (std::size_t i = 1; i < kAnchorsMax; ++i)
    ASSERT_TRUE(store_.add(test::TestCa(std::to_string(i)).certificate()));
  EXPECT_EQ(store_.add(test::TestCa("more").certificate()).error().code, Errc::limit);
  EXPECT_TRUE(store_.add(ca_.certificate()));
  EXPECT_EQ(store_.anchors().size(), kAnchorsMax);
}

TEST_F(TrustStoreTest, FolderOfCasIsReadAndAMissingOneIsEmpty) {
  const test::TestPki pki;  // for its temporary folder
  const auto folder = pki.folder() / "cas";
  const test::TestCa one("One");
  const test::TestCa two("Two");
  ASSERT_TRUE(
      base::write_file(folder / "bundle.pem", one.certificate().pem() + two.certificate().pem()));
  ASSERT_TRUE(base::write_file(folder / "de.crt", ca_.certificate().pem()));
  ASSERT_TRUE(base::write_file(folder / "README", "not a certificate"));
  EXPECT_EQ(*store_.add_folder(folder), 3);
  EXPECT_TRUE(store_.trusts(two.certificate().fingerprint()));
  EXPECT_EQ(*store_.add_folder(pki.folder() / "missing"), 0);
}

TEST_F(TrustStoreTest, BrokenFileInAFolderIsNamed) {
  const test::TestPki pki;
  const auto folder = pki.folder() / "cas";
  ASSERT_TRUE(base::write_file(folder / "bad.pem", "garbage"));
  EXPECT_THAT(store_.add_folder(folder).error().message, HasSubstr("bad.pem"));
  ASSERT_TRUE(base::write_file(folder / "bad.pem", ca_.issue_node("n1").certificate.pem()));
  EXPECT_THAT(store_.add_folder(folder).error().message,
              testing::AllOf(HasSubstr("bad.pem"), HasSubstr("not a CA")));
}

// For the thread sanitizer: verification while anchors come and go.
TEST_F(TrustStoreTest, AnchorsMayChangeWhileChainsAreChecked) {
  const auto node = chain(ca_.issue_node("n1"));
  const test::TestCa other("Puppet CA: us");
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i)
    threads.emplace_back([&] {
      for (int round = 0; round < 200; ++round) EXPECT_TRUE(store_.verify(node));
    });
  for (int round = 0; round < 200; ++round) {
    EXPECT_TRUE(store_.add(other.certificate()));
    store_.remove(other.certificate().fingerprint());
  }
  for (auto& thread : threads) thread.join();
}

TEST(RoleTest, NamesAndRolesAreEachOthersInverse) {
  for (const auto role : {Role::operator_, Role::orchestrator, Role::broker})
    EXPECT_EQ(role_from(name_of(role)), role);
  EXPECT_EQ(role_from(""), Role::none);
  EXPECT_EQ(role_from("none"), Role::none);
  EXPECT_EQ(role_from("Operator"), Role::none);
}

}  // namespace
}  // namespace muster::security
