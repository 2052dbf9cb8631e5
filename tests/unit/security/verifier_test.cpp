#include "proto/security/verifier.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ctime>

#include "proto/security/signer.hpp"
#include "tests/support/fakes/fake_clock.hpp"
#include "tests/support/pki/test_pki.hpp"

namespace muster::security {
namespace {

using envelope::Kind;
using testing::HasSubstr;

class VerifierTest : public testing::Test {
 protected:
  VerifierTest() {
    EXPECT_TRUE(operators_.add(root_.certificate(), Root::operators));
    EXPECT_TRUE(operators_.add(orchestrator_root_.certificate(), Root::orchestrators));
    EXPECT_TRUE(nodes_.add(puppet_.certificate()));
  }

  // `message` with its decoded form changed by `change`.
  template <class Change>
  static std::string changed(const std::string& message, Change change) {
    auto sealed = envelope::decode(message).value();
    change(sealed);
    return envelope::encode(sealed).value();
  }

  fakes::FakeClock clock_{std::int64_t{std::time(nullptr)} * 1000};
  TrustStore operators_{clock_};
  TrustStore nodes_{clock_};
  test::TestCa root_{"Muster operator root"};
  test::TestCa orchestrator_root_{"Muster orchestrator root"};
  test::TestCa puppet_{"Puppet CA: de"};
  test::Holder alice_ = root_.issue_member("alice", "operator");
  test::Holder bob_ = root_.issue_member("bob", "operator");
  test::Holder node_ = puppet_.issue_node("n1.example");
  std::string request_ = alice_.signer().seal(Kind::request, "body").value();
};

TEST_F(VerifierTest, OpensWhatAnOperatorSealed) {
  const auto opened = open(request_, Kind::request, operators_);
  ASSERT_TRUE(opened) << opened.error().message;
  EXPECT_EQ(opened->body, "body");
  EXPECT_EQ(opened->signer, "alice");
  EXPECT_EQ(opened->role, Role::operator_);
  EXPECT_EQ(opened->certificate_fingerprint, alice_.certificate.fingerprint());
}

TEST_F(VerifierTest, ARoleIsWhatItsRootMayGive) {
  struct Case {
    const test::TestCa& root;
    std::string role;
    Role is;  // none: refused
  };
  const std::vector<Case> cases{{root_, "operator", Role::operator_},
                                {root_, "orchestrator", Role::none},
                                {root_, "broker", Role::none},
                                {root_, "", Role::none},
                                {root_, "admin", Role::none},
                                {orchestrator_root_, "orchestrator", Role::orchestrator},
                                {orchestrator_root_, "broker", Role::broker},
                                {orchestrator_root_, "operator", Role::none},
                                {orchestrator_root_, "", Role::none}};
  for (const auto& [root, role, is] : cases) {
    const auto message = root.issue_member("carol", role).signer().seal(Kind::request, "b").value();
    for (int i = 0; i < 2; ++i) {  // the second time from memory
      const auto opened = open(message, Kind::request, operators_);
      EXPECT_EQ(opened.has_value(), is != Role::none) << role;
      if (opened) {
        EXPECT_EQ(opened->role, is);
      } else {
        EXPECT_EQ(opened.error().code, Errc::refused);
        EXPECT_THAT(opened.error().message, HasSubstr("does not give"));
      }
    }
  }
}

TEST_F(VerifierTest, ANodeWhoseCertificateClaimsARoleIsANode) {
  const auto node = puppet_.issue_member("n2.example", "orchestrator");
  const auto opened = open(node.signer().seal(Kind::reply, "body").value(), Kind::reply, nodes_);
  ASSERT_TRUE(opened) << opened.error().message;
  EXPECT_EQ(opened->role, Role::none);
}

TEST_F(VerifierTest, NodeHasNoRole) {
  const auto reply = node_.signer().seal(Kind::reply, "body").value();
  const auto opened = open(reply, Kind::reply, nodes_);
  ASSERT_TRUE(opened) << opened.error().message;
  EXPECT_EQ(opened->signer, "n1.example");
  EXPECT_EQ(opened->role, Role::none);
}

TEST_F(VerifierTest, NodeCannotCommandNorAnOperatorAnswer) {
  const auto command = node_.signer().seal(Kind::request, "body").value();
  EXPECT_EQ(open(command, Kind::request, operators_).error().code, Errc::refused);
  const auto answer = alice_.signer().seal(Kind::reply, "body").value();
  EXPECT_EQ(open(answer, Kind::reply, nodes_).error().code, Errc::refused);
}

TEST_F(VerifierTest, WhatOrchestratorsSignIsNobodyElses) {
  const auto by = [this](const test::TestCa& root, const std::string& role) {
    const auto sealed = root.issue_member("bob", role).signer().seal(Kind::node_ban, "body");
    return open_from_orchestrator(sealed.value(), Kind::node_ban, operators_);
  };
  const auto opened = by(orchestrator_root_, "orchestrator");
  ASSERT_TRUE(opened) << opened.error().message;
  EXPECT_EQ(opened->body, "body");
  for (const auto& refused : {by(root_, "operator"), by(orchestrator_root_, "broker")}) {
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::refused);
    EXPECT_THAT(refused.error().message,
                testing::AllOf(HasSubstr("'bob'"), HasSubstr("only orchestrators sign such")));
  }
}

TEST_F(VerifierTest, ReplyIsNoRequest) {
  const auto reply = alice_.signer().seal(Kind::reply, "body").value();
  EXPECT_THAT(open(reply, Kind::request, operators_).error().message,
              testing::AllOf(HasSubstr("'reply'"), HasSubstr("'request'")));
  // Not even when the kind is rewritten: the signature covers it.
  const auto renamed = changed(reply, [](auto& sealed) { sealed.kind = Kind::request; });
  EXPECT_EQ(open(renamed, Kind::request, operators_).error().code, Errc::refused);
}

TEST_F(VerifierTest, ChangedBodyIsRefused) {
  const auto message = changed(request_, [](auto& sealed) { sealed.body += "x"; });
  const auto verdict = open(message, Kind::request, operators_);
  EXPECT_EQ(verdict.error().code, Errc::refused);
  EXPECT_THAT(verdict.error().message, HasSubstr("alice"));
}

TEST_F(VerifierTest, SignatureOfAnotherKeyIsRefused) {
  const auto message = changed(request_, [&](auto& sealed) {
    sealed.signature = bob_.key.sign(envelope::signed_bytes(Kind::request, "body")).value();
  });
  EXPECT_EQ(open(message, Kind::request, operators_).error().code, Errc::refused);
}

TEST_F(VerifierTest, CertificateOfAnotherOperatorIsRefused) {
  const auto message =
      changed(request_, [&](auto& sealed) { sealed.certificates = {bob_.certificate.der()}; });
  EXPECT_EQ(open(message, Kind::request, operators_).error().code, Errc::refused);
}

TEST_F(VerifierTest, BareKeyIsRefusedWhereACertificateIsExpected) {
  const auto message = Signer::with_key(alice_.key).seal(Kind::request, "body").value();
  EXPECT_EQ(open(message, Kind::request, operators_).error().code, Errc::refused);
}

TEST_F(VerifierTest, NamesThatCannotBeTopicLevelsAreRefused) {
  for (const std::string name : {"a/b", "#", "+", "a b", "UPPER", "-n"}) {
    const auto holder = puppet_.issue_member(name, "");
    const auto message = holder.signer().seal(Kind::reply, "body").value();
    EXPECT_EQ(open(message, Kind::reply, nodes_).error().code, Errc::refused) << name;
  }
  const auto operator_holder = root_.issue_member("ev/il", "operator");
  const auto message = operator_holder.signer().seal(Kind::request, "body").value();
  EXPECT_EQ(open(message, Kind::request, operators_).error().code, Errc::refused);
}

TEST_F(VerifierTest, CutOffHugeAndForeignMessagesAreErrors) {
  for (std::size_t size = 0; size < request_.size(); ++size)
    ASSERT_FALSE(open(request_.substr(0, size), Kind::request, operators_)) << size;
  const std::string huge(envelope::kMessageMaxBytes + 1, '\x0a');
  EXPECT_EQ(open(huge, Kind::request, operators_).error().code, Errc::limit);
}

TEST_F(VerifierTest, JoinZoneOpensByTheKeyItCarriesOrThePinnedOne) {
  const auto key = x509::Key::generate_p256().value();
  const auto message = Signer::with_key(key).seal(Kind::join_announce, "body").value();
  const auto first = open_by_key(message, Kind::join_announce, std::nullopt, nodes_);
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(first->body, "body");
  EXPECT_EQ(first->public_key, key.public_der());
  EXPECT_TRUE(open_by_key(message, Kind::join_announce, key.public_der(), nodes_));
}

TEST_F(VerifierTest, JoinZoneRefusesAnotherKeyThanThePinnedOne) {
  const auto key = x509::Key::generate_p256().value();
  const auto thief = x509::Key::generate_p256().value();
  const auto message = Signer::with_key(thief).seal(Kind::reply, "body").value();
  EXPECT_EQ(open_by_key(message, Kind::reply, key.public_der(), nodes_).error().code,
            Errc::refused);
  const auto relabelled =
      changed(message, [&](auto& sealed) { sealed.public_key = key.public_der(); });
  EXPECT_EQ(open_by_key(relabelled, Kind::reply, key.public_der(), nodes_).error().code,
            Errc::refused);
}

TEST_F(VerifierTest, JoinZoneRefusesCertificatesMissingKeysAndOtherKinds) {
  EXPECT_EQ(open_by_key(request_, Kind::request, std::nullopt, nodes_).error().code, Errc::refused);
  const auto key = x509::Key::generate_p256().value();
  const auto message = Signer::with_key(key).seal(Kind::join_announce, "body").value();
  EXPECT_EQ(open_by_key(message, Kind::reply, std::nullopt, nodes_).error().code, Errc::refused);
  const auto keyless = changed(message, [](auto& sealed) { sealed.public_key.clear(); });
  EXPECT_EQ(open_by_key(keyless, Kind::join_announce, std::nullopt, nodes_).error().code,
            Errc::refused);
  const auto garbled = changed(message, [](auto& sealed) { sealed.public_key = "garbage"; });
  EXPECT_EQ(open_by_key(garbled, Kind::join_announce, std::nullopt, nodes_).error().code,
            Errc::invalid_data);
}

}  // namespace
}  // namespace muster::security
