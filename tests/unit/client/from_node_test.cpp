// Whose messages are believed: of the CA whose a name is.
#include "orchestrator/client/from_node.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "orchestrator/client/fleet.hpp"
#include "tests/support/fakes/wait_until.hpp"
#include "tests/unit/client/client_lab.hpp"

namespace muster::client {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

x509::Certificate renewed_ca(const test::TestCa& ca) {
  x509::IssueSpec spec;
  spec.common_name = ca.certificate().common_name();
  spec.ca = true;
  spec.valid_for = std::chrono::hours(24 * 365 * 15);
  return x509::issue(spec, ca.key(), nullptr, ca.key()).value();
}

class FromNodeTest : public testing::Test {
 protected:
  FromNodeTest() { must(lab_.link().learn_trust()); }

  const x509::Certificate& ours() const { return lab_.pki().puppet_ca().certificate(); }
  void believe(const x509::Certificate& ca, const std::vector<std::string>& patterns,
               const std::string& master) {
    ASSERT_TRUE(lab_.link().believe(endorse(lab_.orchestrator(), ca, patterns, master)));
  }
  Result<security::Opened> open(const std::string& name, const test::Holder& holder) {
    const auto sealed = holder.signer().seal(envelope::Kind::presence, "body").value();
    return open_from_node(lab_.link(), transport::topics::presence("main", name), sealed,
                          envelope::Kind::presence);
  }

  ClientLab lab_;
  const test::TestCa evil_{"Puppet CA: evil"};
};

TEST_F(FromNodeTest, ANodeOfItsOwnCaIsBelieved) {
  believe(ours(), {"*.de"}, "m1.de");
  EXPECT_TRUE(open("n1.de", lab_.pki().node("n1.de")));
  EXPECT_EQ(lab_.link().endorsements().refused(), 0U);
}

TEST_F(FromNodeTest, ACaCannotNameTheNodesOfAnotherItsPatternsDoNotCover) {
  believe(ours(), {"*.de"}, "m1.de");
  believe(evil_.certificate(), {"*.us"}, "m1.us");
  const auto refused = open("n1.de", evil_.issue_node("n1.de"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::refused);
  EXPECT_EQ(lab_.link().endorsements().refused(), 1U);
}

TEST_F(FromNodeTest, ANameThatItsRecordGivesToAnotherCaIsNotBelievedUnderAWildcard) {
  believe(ours(), {"*"}, "m1.de");
  believe(evil_.certificate(), {"*"}, "m1.us");
  EXPECT_TRUE(open("n1.de", evil_.issue_node("n1.de"))) << "nobody provisioned that name yet";
  lab_.link().bind("n1.de", ours().fingerprint());
  const auto refused = open("n1.de", evil_.issue_node("n1.de"));
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr(ours().fingerprint()));
  EXPECT_THAT(refused.error().message, HasSubstr(evil_.certificate().fingerprint()));
  EXPECT_TRUE(open("n1.de", lab_.pki().node("n1.de")));
}

TEST_F(FromNodeTest, AMastersNameIsItsOwnCasAlone) {
  believe(ours(), {"*"}, "m1.de");
  believe(evil_.certificate(), {"*"}, "m1.us");
  EXPECT_FALSE(open("m1.de", evil_.issue_node("m1.de")));
  EXPECT_TRUE(open("m1.de", lab_.pki().node("m1.de")));
}

TEST_F(FromNodeTest, ACaThatANodesCaIssuedGetsAroundNothing) {
  believe(ours(), {"*.de"}, "m1.de");
  x509::IssueSpec spec;
  spec.common_name = "Puppet CA: below";
  spec.ca = true;
  const auto below = lab_.pki().puppet_ca().issue(spec);
  x509::IssueSpec leaf_spec;
  leaf_spec.common_name = "n1.us";
  const auto key = x509::Key::generate_p256().value();
  const auto leaf = x509::issue(leaf_spec, key, &below.certificate, below.key).value();
  const auto signer = security::Signer::with_certificate(key, {leaf, below.certificate}).value();
  const auto sealed = signer.seal(envelope::Kind::presence, "body").value();
  EXPECT_FALSE(open_from_node(lab_.link(), transport::topics::presence("main", "n1.us"), sealed,
                              envelope::Kind::presence));
  EXPECT_EQ(lab_.link().endorsements().refused(), 1U) << "the chain was good, the name was not";
}

// Which of both comes first among the anchors is a matter of their fingerprints.
TEST_F(FromNodeTest, ARenewedCaIsOneAndItsNodesAreBelievedUnderBothCertificates) {
  for (int round = 0; round < 8; ++round) {
    ClientLab lab;
    auto& link = lab.link();
    const auto& old = lab.pki().puppet_ca();
    const auto renewed = renewed_ca(old);
    ASSERT_TRUE(link.believe(endorse(lab.orchestrator(), old.certificate(), {"*.de"}, "m1.de")));
    link.bind("n1.de", old.certificate().fingerprint());
    ASSERT_TRUE(link.believe(endorse(lab.orchestrator(), renewed, {"*.de", "*.us"}, "m1.de")));
    link.bind("n2.de", renewed.fingerprint());
    const auto by_renewed = [&](const std::string& name) {
      x509::IssueSpec spec;
      spec.common_name = name;
      const auto key = x509::Key::generate_p256().value();
      return test::Holder{key, x509::issue(spec, key, &renewed, old.key()).value()};
    };
    const auto opened = [&](const std::string& name, const test::Holder& holder) {
      const auto sealed = holder.signer().seal(envelope::Kind::presence, "body").value();
      return open_from_node(link, transport::topics::presence("main", name), sealed,
                            envelope::Kind::presence);
    };
    for (const auto* name : {"n1.de", "n2.de", "m1.de", "n3.us"}) {
      const auto before = opened(name, old.issue_node(name));
      ASSERT_TRUE(before) << name << ": " << before.error().message;
      const auto after = opened(name, by_renewed(name));
      ASSERT_TRUE(after) << name << ": " << after.error().message;
      EXPECT_EQ(link.endorsements().issuer_of(*before, link.nodes()),
                old.certificate().fingerprint());
      EXPECT_EQ(link.endorsements().issuer_of(*after, link.nodes()),
                old.certificate().fingerprint());
    }
    EXPECT_EQ(link.endorsements().of_masters(link.clock().unix_ms()).size(), 1U);
  }
}

TEST_F(FromNodeTest, WhatWasRefusedIsSeenOnceTheNameIsItsCas) {
  believe(ours(), {"*"}, "m1.de");
  lab_.link().bind("n1.de", evil_.certificate().fingerprint());
  LabNode n1(lab_, "n1.de");
  n1.show(n1.presence());
  const auto fleet = Fleet::watch(lab_.link()).value();
  must(fleet->wait_complete(20s));
  EXPECT_EQ(fleet->size(), 0U);
  EXPECT_THAT(fleet->last_refusal(), HasSubstr("was provisioned by the CA"));
  lab_.link().bind("n1.de", ours().fingerprint());
  EXPECT_TRUE(fakes::wait_until([&] { return fleet->find("n1.de") != nullptr; }));
}

}  // namespace
}  // namespace muster::client
