// What an announcement proves.
#include "orchestrator/admission/applicant.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/base/clock.hpp"
#include "proto/messages/join.hpp"
#include "proto/security/signer.hpp"
#include "tests/support/fakes/body_of.hpp"
#include "tests/support/pki/test_pki.hpp"

namespace muster::admission {
namespace {

using testing::HasSubstr;

class ApplicantTest : public testing::Test {
 protected:
  ApplicantTest() {
    EXPECT_TRUE(nodes_.add(pki_.puppet_ca().certificate()));
    announce_.client_id = "c1";
    announce_.identity = "web-1";
    announce_.nonce = "nonce";
    announce_.token = file_.token;
    announce_.token_proof = signed_by(file_.key, security::kTokenKeyPurpose);
  }
  std::string signed_by(const x509::Key& key, std::string_view purpose) const {
    return key.sign(security::proof_bytes(purpose, {"nonce", "c1", "web-1", key_.public_der()}))
        .value();
  }
  std::string sealed() const {
    return security::Signer::with_key(key_)
        .seal(envelope::Kind::join_announce, test::body_of(announce_))
        .value();
  }
  Result<Applicant> known() const {
    MUSTER_ASSIGN(const auto opened, open_announcement("c1", sealed(), nodes_));
    return identify(opened, {pki_.root().certificate()}, nodes_, clock_.unix_ms());
  }
  std::string problem() const {
    const auto applicant = known();
    return applicant ? "known" : applicant.error().message;
  }

  const test::TestPki pki_;
  const base::SystemClock clock_;
  security::TrustStore nodes_{clock_};
  const x509::Key key_ = x509::Key::generate_p256().value();
  const security::TokenFile file_ = pki_.join_token(8884, 8883, clock_.unix_ms());
  messages::JoinAnnounce announce_;
};

TEST_F(ApplicantTest, AGoodAnnouncementTellsWhoItIs) {
  const auto applicant = known();
  ASSERT_TRUE(applicant) << applicant.error().message;
  EXPECT_EQ(applicant->identity, "web-1");
  EXPECT_EQ(applicant->key_fingerprint, key_.fingerprint());
  EXPECT_EQ(applicant->token.id, file_.claims.id);
  EXPECT_FALSE(applicant->old);
  EXPECT_FALSE(applicant->master());
}

// It is kept until the machine is provisioned, and its address goes into records, logs and mail.
TEST_F(ApplicantTest, WhatItSaysHasALimit) {
  announce_.address = std::string(100'000, '1');
  EXPECT_EQ(known()->address.size(), kToldAddressMaxBytes);
  announce_.address = std::string(kAnnouncementMaxBytes, '1');
  EXPECT_THAT(problem(), HasSubstr("the limit is"));
}

TEST_F(ApplicantTest, WhatItsCertificateShallSayIsToldAndLimited) {
  (announce_.extensions)["1.3.6.1.4.1.34380.1.1.13"] = "web";
  announce_.alternative_names.push_back("www.example");
  const auto applicant = known();
  ASSERT_TRUE(applicant) << applicant.error().message;
  EXPECT_EQ(applicant->extensions.at("1.3.6.1.4.1.34380.1.1.13"), "web");
  EXPECT_EQ(applicant->alternative_names, std::vector<std::string>{"www.example"});
  for (std::size_t i = 0; i < kAskedMost; ++i)
    announce_.alternative_names.push_back("n" + std::to_string(i));
  EXPECT_THAT(problem(), HasSubstr("65 alternative names"));
}

TEST_F(ApplicantTest, AnOverheardTokenIsOfNoUse) {
  announce_.token_proof = "";
  EXPECT_THAT(problem(), HasSubstr("does not prove that it holds its key"));
  announce_.token_proof = signed_by(key_, security::kTokenKeyPurpose);
  EXPECT_THAT(problem(), HasSubstr("does not prove that it holds its key"));
}

TEST_F(ApplicantTest, AnOverheardProofFitsNoOtherAnnouncement) {
  announce_.nonce = "another";
  EXPECT_NE(problem(), "known");
  announce_.nonce = "nonce";
  announce_.identity = "web-2";
  EXPECT_NE(problem(), "known");
  announce_.identity = "web-1";
  const auto thief = x509::Key::generate_p256().value();
  const auto stolen = security::Signer::with_key(thief)
                          .seal(envelope::Kind::join_announce, test::body_of(announce_))
                          .value();
  const auto opened = open_announcement("c1", stolen, nodes_);
  ASSERT_TRUE(opened);
  EXPECT_FALSE(identify(*opened, {pki_.root().certificate()}, nodes_, clock_.unix_ms()));
}

TEST_F(ApplicantTest, AnotherClientsTopicIsRefused) {
  EXPECT_FALSE(open_announcement("c2", sealed(), nodes_));
}

TEST_F(ApplicantTest, ProofOfTheOldKeyTellsWhichCertificateItIs) {
  const auto old = pki_.puppet_ca().issue_node("web-1");
  announce_.old_certificate = old.certificate.der();
  announce_.old_proof = signed_by(old.key, security::kOldKeyPurpose);
  const auto applicant = known();
  ASSERT_TRUE(applicant && applicant->old);
  EXPECT_EQ(applicant->old->fingerprint, old.certificate.fingerprint());
  EXPECT_EQ(applicant->old->ca_fingerprint, pki_.puppet_ca().certificate().fingerprint());
}

// Its chain is known since it came with a message that was refused.
TEST_F(ApplicantTest, AnOldCertificateBelowAnotherCaThanTheTrustedIsLeftOut) {
  const auto middle = test::TestCa::under(pki_.puppet_ca(), "Puppet CA: issuing");
  const auto old = middle.issue_node("web-1");
  ASSERT_TRUE(nodes_.verify({old.certificate.der(), middle.certificate().der()}));
  announce_.old_certificate = old.certificate.der();
  announce_.old_proof = signed_by(old.key, security::kOldKeyPurpose);
  const auto applicant = known();
  ASSERT_TRUE(applicant);
  EXPECT_FALSE(applicant->old);
}

TEST_F(ApplicantTest, AnOldCertificateWithoutItsKeyOfAnotherNameOrAnotherCaIsLeftOut) {
  const auto left_out = [&](const test::Holder& holder, const x509::Key& key) {
    announce_.old_certificate = holder.certificate.der();
    announce_.old_proof = signed_by(key, security::kOldKeyPurpose);
    const auto applicant = known();
    return applicant && !applicant->old;
  };
  const auto own = pki_.puppet_ca().issue_node("web-1");
  EXPECT_TRUE(left_out(own, key_));
  const auto neighbour = pki_.puppet_ca().issue_node("web-2");
  EXPECT_TRUE(left_out(neighbour, neighbour.key));
  const test::TestCa stranger("Puppet CA: stranger");
  const auto foreign = stranger.issue_node("web-1");
  EXPECT_TRUE(left_out(foreign, foreign.key));
}

TEST_F(ApplicantTest, AMasterProvesThatItsCaNamedIt) {
  const test::TestCa ca("Puppet CA: web-1");
  const auto offer = [&](const test::Holder& own) {
    announce_.ca_certificate = ca.certificate().der();
    announce_.ca_proof_certificate = own.certificate.der();
    announce_.ca_proof = signed_by(own.key, security::kCaPurpose);
    return problem();
  };
  EXPECT_EQ(offer(ca.issue_node("web-1")), "known");
  EXPECT_TRUE(known()->master());
  EXPECT_THAT(offer(ca.issue_node("web-2")), HasSubstr("no certificate of it for its own name"));
  const auto own = ca.issue_node("web-1");
  announce_.ca_proof = signed_by(key_, security::kCaPurpose);
  EXPECT_NE(problem(), "known");
}

}  // namespace
}  // namespace muster::admission
