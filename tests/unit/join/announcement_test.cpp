#include "node-agent/join/announcement.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/messages/join.hpp"
#include "proto/security/join_token.hpp"
#include "proto/security/verifier.hpp"
#include "tests/support/fakes/temp_folder.hpp"
#include "tests/support/pki/test_pki.hpp"

namespace muster::agent {
namespace {

class AnnouncementTest : public testing::Test {
 protected:
  AnnouncementTest() {
    puppet_.ssldir = folder_ / "ssl";
    puppet_.cadir = folder_ / "ca";
    content_.identity = "m1";
    content_.token = "a.b.c";
    content_.facts = {{"country", "de"}, {"os", {{"family", "Debian"}}}};
    content_.version = "1.2.3";
    content_.address = "192.0.2.7";
    content_.nonce = "nonce";
    content_.agents = {"provision"};
    content_.now_ms = 4'711;
  }
  // As the join desk opens it: by the key that it carries.
  messages::JoinAnnounce travelled() {
    const auto sealed = announcement(content_, join_, token_key_, puppet_);
    if (!sealed) throw std::runtime_error(sealed.error().message);
    const auto opened =
        security::open_by_key(*sealed, envelope::Kind::join_announce, std::nullopt, anybody_)
            .value();
    EXPECT_EQ(opened.public_key, join_.key.public_der());
    return messages::JoinAnnounce::decode(opened.body).value();
  }
  static Value facts_of(const messages::JoinAnnounce& wire) { return wire.facts.value(); }
  void become_master_of(const test::TestCa& ca, const std::string& bundle) {
    test::write_ssldir(puppet_.ssldir, "m1", ca.issue_node("m1"), ca.certificate());
    folder_.write("ca/ca_crt.pem", bundle);
  }

  fakes::TempFolder folder_;
  JoinIdentity join_{"c1", x509::Key::generate_p256().value()};
  plugins::PuppetPaths puppet_;
  std::string proof(std::string_view purpose, const std::string& nonce) const {
    return security::proof_bytes(purpose, {nonce, "c1", "m1", join_.key.public_der()});
  }

  const base::SystemClock clock_;
  const security::TrustStore anybody_{clock_};
  const x509::Key token_key_ = x509::Key::generate_p256().value();
  AnnouncementContent content_;
};

TEST_F(AnnouncementTest, ItTellsWhoWantsToJoin) {
  const auto wire = travelled();
  EXPECT_EQ(wire.client_id, "c1");
  EXPECT_EQ(wire.identity, "m1");
  EXPECT_EQ(wire.token, "a.b.c");
  EXPECT_EQ(wire.version, "1.2.3");
  EXPECT_EQ(wire.address, "192.0.2.7");
  EXPECT_EQ(wire.nonce, "nonce");
  EXPECT_EQ(wire.sent_at_ms, 4'711);
  ASSERT_EQ(wire.agents.size(), 1U);
  EXPECT_EQ(wire.agents.at(0), "provision");
  EXPECT_EQ(facts_of(wire), content_.facts);
  EXPECT_TRUE(wire.ca_certificate.empty()) << "it is no master";
}

TEST_F(AnnouncementTest, ItTellsWhatTheCertificateRequestWillAskFor) {
  content_.extensions = {{"1.3.6.1.4.1.34380.1.1.13", "web"}};
  content_.alternative_names = {"m1", "www.example"};
  const auto wire = travelled();
  ASSERT_EQ(wire.extensions.size(), 1U);
  EXPECT_EQ(wire.extensions.at("1.3.6.1.4.1.34380.1.1.13"), "web");
  ASSERT_EQ(wire.alternative_names.size(), 2U);
  EXPECT_EQ(wire.alternative_names.at(1), "www.example");
}

TEST_F(AnnouncementTest, TheTokensKeyBindsNonceClientNameAndNewKey) {
  const auto wire = travelled();
  EXPECT_TRUE(token_key_.verify(proof(security::kTokenKeyPurpose, "nonce"), wire.token_proof));
  EXPECT_FALSE(token_key_.verify(proof(security::kTokenKeyPurpose, "other"), wire.token_proof));
}

TEST_F(AnnouncementTest, AMachineThatStillHasItsCertificateProvesIt) {
  const test::TestCa ca("Puppet CA: p");
  test::write_ssldir(puppet_.ssldir, "m1", ca.issue_node("m1"), ca.certificate());
  const auto wire = travelled();
  const auto old = x509::Certificate::from_der(wire.old_certificate);
  ASSERT_TRUE(old);
  EXPECT_TRUE(old->public_key().verify(proof(security::kOldKeyPurpose, "nonce"), wire.old_proof));
}

TEST_F(AnnouncementTest, ACertificateOfAnotherNameOrABrokenOneIsLeftOut) {
  EXPECT_TRUE(travelled().old_certificate.empty());
  const test::TestCa ca("Puppet CA: p");
  test::write_ssldir(puppet_.ssldir, "m1", ca.issue_node("m2"), ca.certificate());
  EXPECT_TRUE(travelled().old_certificate.empty());
  folder_.write("ssl/certs/m1.pem", "nonsense");
  EXPECT_TRUE(travelled().old_certificate.empty());
}

TEST_F(AnnouncementTest, OfTooManyFactsTheChosenOnesTravel) {
  content_.facts["long"] = std::string(messages::kAnnouncedFactsMaxBytes, 'x');
  EXPECT_EQ(facts_of(travelled()), (Value{{"country", "de"}, {"os.family", "Debian"}}));
}

TEST_F(AnnouncementTest, AFactThatCannotTravelKeepsNobodyOut) {
  content_.facts["motto"] = "gr\xfc\xdf";
  EXPECT_EQ(facts_of(travelled()), (Value{{"country", "de"}, {"os.family", "Debian"}}));
}

TEST_F(AnnouncementTest, AMasterOffersItsCaWithAProof) {
  const test::TestCa ca("Puppet CA: m1");
  become_master_of(ca, ca.certificate().pem());
  const auto wire = travelled();
  EXPECT_EQ(wire.ca_certificate, ca.certificate().der());
  const auto own = x509::Certificate::from_der(wire.ca_proof_certificate).value();
  EXPECT_EQ(own.common_name(), "m1");
  EXPECT_TRUE(own.issued_by(ca.certificate()));
  EXPECT_TRUE(own.public_key().verify(proof(security::kCaPurpose, "nonce"), wire.ca_proof));
  EXPECT_FALSE(own.public_key().verify(proof(security::kCaPurpose, "another"), wire.ca_proof));
}

TEST_F(AnnouncementTest, OfABundleTheCaThatIssuedOursIsOffered) {
  const test::TestCa older("Puppet CA: old");
  const test::TestCa ca("Puppet CA: m1");
  become_master_of(ca, older.certificate().pem() + ca.certificate().pem());
  EXPECT_EQ(travelled().ca_certificate, ca.certificate().der());
}

TEST_F(AnnouncementTest, ACaThatDidNotIssueOurCertificateIsAnErrorThatNamesTheFile) {
  const test::TestCa ca("Puppet CA: m1");
  const test::TestCa other("Puppet CA: other");
  become_master_of(ca, other.certificate().pem());
  const auto sealed = announcement(content_, join_, token_key_, puppet_);
  ASSERT_FALSE(sealed);
  EXPECT_EQ(sealed.error().code, Errc::config);
  EXPECT_THAT(sealed.error().message, testing::HasSubstr("ca_crt.pem"));
}

}  // namespace
}  // namespace muster::agent
