#include "proto/x509/certificate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>

#include "proto/x509/openssl.hpp"
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

}  // namespace
}  // namespace muster::x509
