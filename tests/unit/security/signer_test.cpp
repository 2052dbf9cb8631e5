#include "proto/security/signer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/pki/test_pki.hpp"

namespace muster::security {
namespace {

using envelope::Kind;

TEST(SignerTest, PutsItsCertificateAndAFittingSignatureIn) {
  const test::TestCa ca("root");
  const auto alice = ca.issue_member("alice", "operator");
  const auto signer = alice.signer();
  EXPECT_EQ(signer.name(), "alice");
  const auto sealed = envelope::decode(signer.seal(Kind::request, "body").value()).value();
  EXPECT_EQ(sealed.certificates, std::vector<std::string>{alice.certificate.der()});
  EXPECT_EQ(sealed.public_key, "");
  EXPECT_TRUE(alice.key.verify(envelope::signed_bytes(Kind::request, "body"), sealed.signature));
}

TEST(SignerTest, BareKeyTravelsInsteadOfACertificate) {
  const auto key = x509::Key::generate_p256().value();
  const auto signer = Signer::with_key(key);
  EXPECT_EQ(signer.name(), "");
  const auto sealed = envelope::decode(signer.seal(Kind::join_announce, "body").value()).value();
  EXPECT_TRUE(sealed.certificates.empty());
  EXPECT_EQ(sealed.public_key, key.public_der());
}

TEST(SignerTest, KeyOfAnotherCertificateIsAConfigurationError) {
  const test::TestCa ca("root");
  const auto alice = ca.issue_member("alice", "operator");
  const auto bob = ca.issue_member("bob", "operator");
  const auto signer = Signer::with_certificate(bob.key, {alice.certificate});
  ASSERT_FALSE(signer);
  EXPECT_EQ(signer.error().code, Errc::config);
  EXPECT_THAT(signer.error().message, testing::HasSubstr("alice"));
  EXPECT_EQ(Signer::with_certificate(bob.key, {}).error().code, Errc::config);
}

TEST(SignerTest, TooLargeABodyAndTooLongAChainAreRefused) {
  const test::TestCa ca("root");
  const auto alice = ca.issue_member("alice", "operator");
  const std::string huge(envelope::kMessageMaxBytes, 'x');
  EXPECT_EQ(alice.signer().seal(Kind::request, huge).error().code, Errc::limit);
  const std::vector<x509::Certificate> chain(envelope::kCertificatesMax + 1, alice.certificate);
  EXPECT_EQ(Signer::with_certificate(alice.key, chain).error().code, Errc::limit);
}

}  // namespace
}  // namespace muster::security
