#include "proto/x509/certificate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/ec.h>
#include <openssl/rsa.h>

#include <cstdio>

#include "proto/x509/openssl.hpp"
#include "proto/x509/reading_context.hpp"
#include "tests/support/pki/test_pki.hpp"

namespace muster::x509 {
namespace {

using testing::HasSubstr;

TEST(CertificateTest, SurvivesDerAndPem) {
  const test::TestCa ca("Puppet CA: de");
  const auto node = ca.issue_node("n1.example").certificate;
  const auto again = Certificate::from_der(node.der()).value();
  EXPECT_EQ(again.der(), node.der());
  EXPECT_EQ(again.fingerprint(), sha256_hex(node.der()));
  EXPECT_EQ(Certificate::from_pem(node.pem(), "test")->fingerprint(), node.fingerprint());
  EXPECT_EQ(again.subject(), "CN=n1.example");
  EXPECT_EQ(ca.certificate().subject(), "CN=Puppet CA: de");
}

TEST(CertificateTest, BrokenDerIsAnError) {
  const auto der = test::TestCa("x").certificate().der();
  EXPECT_EQ(Certificate::from_der("").error().code, Errc::invalid_data);
  EXPECT_EQ(Certificate::from_der(der + '\0').error().code, Errc::invalid_data);
  EXPECT_EQ(Certificate::from_der(der.substr(0, der.size() - 1)).error().code, Errc::invalid_data);
}

TEST(CertificateTest, BundleGivesAllInOrder) {
  const test::TestCa one("One");
  const test::TestCa two("Two");
  const auto key_pem = one.key().private_pem().value();
  const auto all = Certificate::all_from_pem(
                       one.certificate().pem() + key_pem + two.certificate().pem(), "bundle")
                       .value();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].common_name(), "One");
  EXPECT_EQ(all[1].common_name(), "Two");
}

TEST(CertificateTest, BrokenEmptyAndEndlessBundlesAreErrorsThatNameTheFile) {
  const auto pem = test::TestCa("One").certificate().pem();
  auto broken = pem;
  broken[100] = '!';
  EXPECT_THAT(Certificate::all_from_pem(pem + broken, "ca.pem").error().message,
              testing::AllOf(HasSubstr("ca.pem"), HasSubstr("certificate 2")));
  EXPECT_THAT(Certificate::all_from_pem("", "ca.pem").error().message, HasSubstr("ca.pem"));
  std::string endless;
  for (int i = 0; i < 65; ++i) endless += pem;
  EXPECT_EQ(Certificate::all_from_pem(endless, "ca.pem").error().code, Errc::limit);
  EXPECT_EQ(Certificate::from_pem("x", "ca.pem").error().code, Errc::invalid_data);
  EXPECT_EQ(Certificate::from_file("/nonexistent.pem").error().code, Errc::not_found);
}

// What OpenSSL's own program says: the authority on both of the following.
std::string openssl(const std::string& arguments) {
  std::string out;
  std::unique_ptr<FILE, int (*)(FILE*)> pipe(::popen(("openssl " + arguments).c_str(), "r"),
                                             ::pclose);
  for (int c = pipe ? std::fgetc(pipe.get()) : EOF; c != EOF; c = std::fgetc(pipe.get()))
    out += static_cast<char>(c);
  return out;
}

TEST(CertificateTest, SubjectHashIsTheFileNameTheBrokerLooksFor) {
  const test::TestPki pki;
  const auto shown = openssl("x509 -noout -hash -in " + (pki.folder() / "puppet-ca.pem").string());
  EXPECT_EQ(shown, pki.puppet_ca().certificate().subject_hash() + "\n");
}

TEST(CertificateTest, IssuedChainIsValidByTheStrictRulesOfTheRfc) {
  const test::TestPki pki;
  const auto leaf = (pki.folder() / "broker.pem").string();
  const auto verdict = openssl("verify -x509_strict -purpose sslserver -CAfile " +
                               (pki.folder() / "root.pem").string() + " " + leaf + " 2>&1");
  EXPECT_EQ(verdict, leaf + ": OK\n");
}

// Certificates are read where OpenSSL knows fewer kinds of keys: whatever is asked of one must be answered the same.
TEST(ReadingContextTest, ACertificateThatWasReadIsTheOneThatWasMade) {
  const Key rsa(std::shared_ptr<EVP_PKEY>(EVP_RSA_gen(2048), EVP_PKEY_free));
  const Key p384(std::shared_ptr<EVP_PKEY>(EVP_EC_gen("P-384"), EVP_PKEY_free));
  const test::TestCa ca("Puppet CA: de");
  for (const auto& key : {Key::generate_p256().value(), rsa, p384}) {
    IssueSpec spec;
    spec.common_name = "n1";
    const auto made = issue(spec, key, &ca.certificate(), ca.key()).value();
    for (const auto& read : {Certificate::from_der(made.der()).value(),
                             Certificate::from_pem(made.pem(), "a file").value()}) {
      EXPECT_NE(context_of(read.public_key().get()), nullptr);
      EXPECT_TRUE(read.matches(key));
      EXPECT_TRUE(read.issued_by(ca.certificate()));
      EXPECT_EQ(read.pem(), made.pem());
      EXPECT_EQ(read.public_key().public_der(), made.public_key().public_der());
      EXPECT_EQ(read.public_key().is_p256(), key.is_p256());
      EXPECT_TRUE(read.public_key().verify("body", key.sign("body").value()));
      EXPECT_FALSE(read.public_key().verify("another", key.sign("body").value()));
      EXPECT_TRUE(issue(spec, read.public_key(), &ca.certificate(), ca.key()));
    }
  }
}

TEST(ReadingContextTest, AKeyOfAnotherKindIsStillNamed) {
  const Key ed25519(
      std::shared_ptr<EVP_PKEY>(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"), EVP_PKEY_free));
  const OwnedCert cert(X509_new());
  X509_gmtime_adj(X509_getm_notBefore(cert.get()), 0);
  X509_gmtime_adj(X509_getm_notAfter(cert.get()), 3'600);
  ASSERT_EQ(X509_set_pubkey(cert.get(), ed25519.get()), 1);
  ASSERT_GT(X509_sign(cert.get(), ed25519.get(), nullptr), 0);
  const auto read = Certificate::from_der(to_der<X509>(i2d_X509, cert.get()));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_THAT(read->public_key().strong_enough().error().message,
              testing::HasSubstr("a key of type ED25519"));
}

}  // namespace
}  // namespace muster::x509
