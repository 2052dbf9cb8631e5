#include "orchestrator/authority/revocations.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "orchestrator/authority/authority.hpp"
#include "orchestrator/authority/index.hpp"
#include "orchestrator/authority/issuers.hpp"
#include "orchestrator/authority/list_file.hpp"
#include "orchestrator/authority/rotation.hpp"
#include "tests/support/fakes/temp_folder.hpp"

namespace muster::authority {
namespace {

using testing::HasSubstr;

class AuthorityRevocationsTest : public testing::Test {
 protected:
  AuthorityRevocationsTest() {
    InitSpec spec;
    spec.folder = folder();
    spec.broker_hosts = {"localhost"};
    made_ = init(spec).value();
  }
  std::filesystem::path folder() const { return temp_ / "authority"; }
  Result<Revocation> revoked(const std::string& whom,
                             security::Role role = security::Role::operator_,
                             std::vector<x509::RevocationList> published = {}) const {
    return revoke({.folder = folder(),
                   .role = role,
                   .whom = whom,
                   .reason = x509::RevocationReason::key_compromise,
                   .now_ms = 1'790'000'000'000,
                   .published = std::move(published)});
  }
  x509::Certificate file(const std::string& name) const {
    return x509::Certificate::from_file(folder() / name).value();
  }

  const fakes::TempFolder temp_;
  std::optional<Made> made_;
};

TEST_F(AuthorityRevocationsTest, BothRootsBeginWithAnEmptyList) {
  for (const auto root : {security::Root::operators, security::Root::orchestrators}) {
    const auto lists = read_lists(list_file(folder(), root));
    ASSERT_TRUE(lists) << lists.error().message;
    ASSERT_EQ(lists->size(), 1U);
    EXPECT_EQ(lists->front().number(), 1U);
    EXPECT_TRUE(lists->front().entries().empty());
  }
}

TEST_F(AuthorityRevocationsTest, ByNameFileFingerprintOrSerial) {
  const auto alice = issue_member(folder(), {.name = "alice"}).value();
  const auto elsewhere = issue_member(folder(), {.name = "bob", .out = temp_ / "bob"}).value();
  const auto carol = issue_member(folder(), {.name = "carol"}).value();
  EXPECT_EQ(revoked("alice")->serial, alice.certificate.serial_hex());
  EXPECT_EQ(revoked(elsewhere.certificate_file.string())->name, "bob");
  EXPECT_EQ(revoked(carol.certificate.fingerprint())->name, "carol");
  const auto last = revoked("0a1b");
  ASSERT_TRUE(last) << last.error().message;
  EXPECT_EQ(last->list.number(), 5U);
  EXPECT_EQ(last->list.entries().size(), 4U);
  EXPECT_EQ(last->list.find(alice.certificate.serial_hex())->reason,
            x509::RevocationReason::key_compromise);
  EXPECT_EQ(last->file, folder() / "root.crl");
}

TEST_F(AuthorityRevocationsTest, ARootIsNotRevokedButReplaced) {
  const auto refused = revoked((folder() / "root.pem").string());
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("'muster root rotate'"));
}

TEST_F(AuthorityRevocationsTest, AnOrchestratorStandsInItsOwnRootsList) {
  const auto done = revoked("orchestrator", security::Role::orchestrator);
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(done->file, folder() / "orchestrator-root.crl");
  EXPECT_TRUE(done->list.signed_by(made_->orchestrator_root));
}

TEST_F(AuthorityRevocationsTest, AnIssuerStandsInTheOperatorRootsList) {
  const auto done = revoked(kFirstIssuer, security::Role::issuer);
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(done->serial, file("issuer.pem").serial_hex());
  EXPECT_TRUE(done->list.signed_by(made_->root));
}

TEST_F(AuthorityRevocationsTest, AnotherRolesCertificateIsNotRevokedByMistake) {
  const auto done = revoked("issuer");
  ASSERT_FALSE(done);
  EXPECT_THAT(done.error().message, HasSubstr("'muster issuer revoke'"));
  EXPECT_FALSE(revoked("orchestrator")) << "another root's";
}

TEST_F(AuthorityRevocationsTest, ABrokersAndItsWatchersGoWithTheirRoot) {
  EXPECT_TRUE(revoked("broker"));
  EXPECT_TRUE(revoked("watcher", security::Role::orchestrator));
  EXPECT_FALSE(revoked("watcher"));
}

TEST_F(AuthorityRevocationsTest, TwiceIsOnce) {
  ASSERT_TRUE(revoked("operator"));
  const auto again = revoked("operator");
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->was_revoked);
  EXPECT_EQ(again->list.number(), 2U);
}

TEST_F(AuthorityRevocationsTest, WhatTheBusHasIsTakenOver) {
  const fakes::TempFolder copy;  // the roots, and a list of its own
  std::filesystem::copy(folder(), copy / "authority", std::filesystem::copy_options::recursive);
  const auto there = revoke({.folder = copy / "authority", .whom = "aa", .now_ms = 1'000}).value();
  const auto here = revoked("bb", security::Role::operator_, {there.list});
  ASSERT_TRUE(here);
  EXPECT_EQ(here->list.number(), there.list.number() + 1);
  EXPECT_TRUE(here->list.find("aa"));
  EXPECT_TRUE(here->list.find("bb"));
}

TEST_F(AuthorityRevocationsTest, NobodyByThatNameIsSaidWithWhatToDo) {
  const auto done = revoked("nobody");
  ASSERT_FALSE(done);
  EXPECT_THAT(done.error().message, testing::AllOf(HasSubstr("nobody.pem"), HasSubstr("serial")));
}

TEST_F(AuthorityRevocationsTest, WithoutTheRootsKeyNothingIsMade) {
  std::filesystem::remove(folder() / kRootKeyFile);
  const auto done = revoked("operator");
  ASSERT_FALSE(done);
  EXPECT_THAT(done.error().message, HasSubstr("root.key"));
}

TEST_F(AuthorityRevocationsTest, ADamagedListIsNotBegunAnew) {
  temp_.write("authority/root.crl", "-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n");
  const auto done = revoked("operator");
  ASSERT_FALSE(done);
  EXPECT_THAT(done.error().message, HasSubstr("root.crl"));
}

TEST_F(AuthorityRevocationsTest, AReplacedCertificateGoesWithItsName) {
  const auto first = issue_member(folder(), {.name = "alice"}).value();
  const auto second = renew_member(folder(), {.name = "alice"}).value();
  const auto now = base::SystemClock().unix_ms();
  const auto words = to_revoke(folder(), security::Role::operator_, "alice", now);
  ASSERT_TRUE(words) << words.error().message;
  EXPECT_THAT(*words, testing::ElementsAre("alice", first.certificate.serial_hex()));
  for (const auto& word : *words) ASSERT_TRUE(revoked(word));
  const auto list = list_of(read_lists(folder() / "root.crl").value(), made_->root).value();
  EXPECT_TRUE(list.find(first.certificate.serial_hex()));
  EXPECT_TRUE(list.find(second.certificate.serial_hex()));
}

// A watcher's certificate lies in watcher.pem, and another's perhaps in no file of the folder.
TEST_F(AuthorityRevocationsTest, ANameOfTheIndexAndThatOfItsFileMeanTheSameCertificates) {
  const auto now = base::SystemClock().unix_ms();
  const auto first = find_current(folder(), "broker", "broker-watcher", now).value().certificate;
  ASSERT_TRUE(renew_member(folder(), {.name = "broker-watcher", .role = security::Role::broker}));
  const auto by_name = to_revoke(folder(), security::Role::broker, "broker-watcher", now);
  ASSERT_TRUE(by_name);
  const auto second = find_current(folder(), "broker", "broker-watcher", now).value().certificate;
  EXPECT_THAT(*by_name, testing::UnorderedElementsAre(first.serial_hex(), second.serial_hex()));
  const auto by_file = to_revoke(folder(), security::Role::broker, "watcher", now);
  ASSERT_TRUE(by_file);
  EXPECT_THAT(*by_file, testing::ElementsAre("watcher", first.serial_hex()));
  EXPECT_THAT(to_revoke(folder(), security::Role::broker, "nobody", now).value(),
              testing::ElementsAre("nobody"));
}

TEST_F(AuthorityRevocationsTest, WhoIsRevokedIsListedAsRevoked) {
  ASSERT_TRUE(revoked("operator"));
  const auto index = read_index(folder(), base::SystemClock().unix_ms()).value();
  for (const auto& [issued, state] : index.certificates) {
    if (issued.role != "operator") continue;
    EXPECT_EQ(state, CertificateState::revoked) << issued.name;
  }
}

class RotatedRevocationsTest : public AuthorityRevocationsTest {
 protected:
  RotatedRevocationsTest() {
    begun_ = begin_rotation(folder(), security::Root::operators, clock_).value();
  }
  std::vector<x509::RevocationList> lists() const {
    return read_lists(folder() / "root.crl").value();
  }
  base::SystemClock clock_;
  std::optional<Rotation> begun_;
};

TEST_F(RotatedRevocationsTest, BothRootsHaveAList) {
  EXPECT_TRUE(list_of(lists(), begun_->new_root));
  EXPECT_TRUE(list_of(lists(), begun_->old_root));
}

TEST_F(RotatedRevocationsTest, EachIsRevokedByTheRootThatIssuedIt) {
  const auto old_operator = revoked("operator");
  ASSERT_TRUE(old_operator) << old_operator.error().message;
  EXPECT_TRUE(old_operator->list.signed_by(begun_->old_root));
  ASSERT_TRUE(issue_member(folder(), {.name = "bob"}));
  const auto bob = revoked("bob");
  ASSERT_TRUE(bob) << bob.error().message;
  EXPECT_TRUE(bob->list.signed_by(begun_->new_root));
  EXPECT_TRUE(list_of(lists(), begun_->old_root)->find(old_operator->serial)) << "still there";
}

TEST_F(RotatedRevocationsTest, TheOldRootsListGoesWithIt) {
  ASSERT_TRUE(sign_finish(folder(), security::Root::operators, clock_));
  ASSERT_TRUE(complete_rotation(folder(), security::Root::operators));
  EXPECT_TRUE(list_of(lists(), begun_->new_root));
  EXPECT_FALSE(list_of(lists(), begun_->old_root));
}

}  // namespace
}  // namespace muster::authority
