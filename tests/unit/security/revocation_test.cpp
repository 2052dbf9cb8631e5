// What a revocation list does to a trust store, and how it stays over a restart.
#include <gtest/gtest.h>

#include "proto/base/put_aside.hpp"
#include "proto/security/revocation_folder.hpp"
#include "proto/security/verifier.hpp"
#include "tests/support/fakes/temp_folder.hpp"
#include "tests/support/pki/test_revocations.hpp"

namespace muster::security {
namespace {

using test::revoke;

class RevocationTest : public testing::Test {
 protected:
  RevocationTest() { pki_.trust(store_); }

  static std::string message_of(const test::Holder& who) {
    return who.signer().seal(envelope::Kind::request, "body").value();
  }
  static std::string refusal(const TrustStore& store, const test::Holder& who) {
    const auto opened = open(message_of(who), envelope::Kind::request, store);
    return opened ? "" : opened.error().message;
  }

  const test::TestPki pki_;
  const base::SystemClock clock_;
  TrustStore store_{clock_};
  const test::Holder alice_ = pki_.operator_();
  const test::Holder bob_ = pki_.root().issue_member("bob", "operator");
};

TEST_F(RevocationTest, WhoStandsInTheListIsRefusedFromThenOn) {
  ASSERT_EQ(refusal(store_, alice_), "") << "believed, and remembered";
  const auto taken = store_.take(revoke(pki_.root(), 1, {alice_.certificate}));
  ASSERT_TRUE(taken && *taken);
  EXPECT_EQ(refusal(store_, alice_).find("'alice' is refused: its certificate was revoked on "), 0U)
      << refusal(store_, alice_);
  EXPECT_EQ(refusal(store_, bob_), "");
  EXPECT_EQ(refusal(store_, pki_.orchestrator()), "");
  EXPECT_TRUE(store_.revoked(alice_.certificate.serial_hex()));
  EXPECT_FALSE(store_.revoked(bob_.certificate.serial_hex()));
}

TEST_F(RevocationTest, ANewCertificateOfTheSameNameIsBelieved) {
  ASSERT_TRUE(store_.take(revoke(pki_.root(), 1, {alice_.certificate})));
  EXPECT_EQ(refusal(store_, pki_.root().issue_member("alice", "operator")), "");
}

TEST_F(RevocationTest, EachRootSpeaksOfItsOwnAlone) {
  const auto& orchestrator = pki_.orchestrator();
  ASSERT_TRUE(store_.take(revoke(pki_.root(), 9, {orchestrator.certificate})));
  EXPECT_EQ(refusal(store_, orchestrator), "") << "the operator root has not issued it";
  ASSERT_TRUE(store_.take(revoke(pki_.orchestrator_root(), 1, {orchestrator.certificate})));
  EXPECT_NE(refusal(store_, orchestrator), "");
}

TEST_F(RevocationTest, NumbersNeverGoBack) {
  ASSERT_TRUE(store_.take(revoke(pki_.root(), 2, {alice_.certificate})).value());
  for (const std::uint64_t number : {1U, 2U})
    EXPECT_FALSE(store_.take(revoke(pki_.root(), number, {bob_.certificate})).value());
  EXPECT_NE(refusal(store_, alice_), "");
  EXPECT_EQ(refusal(store_, bob_), "");
  ASSERT_EQ(store_.lists().size(), 1U);
  EXPECT_EQ(store_.lists().front().list.number(), 2U);
  EXPECT_EQ(store_.lists().front().anchor, pki_.root().certificate().fingerprint());
}

TEST_F(RevocationTest, AListOfNoneOfTheRootsIsRefused) {
  const test::TestCa namesake(pki_.root().certificate().common_name());
  ASSERT_TRUE(store_.add(pki_.puppet_ca().certificate()));
  for (const auto* stranger : {&namesake, &pki_.puppet_ca()}) {
    const auto taken = store_.take(revoke(*stranger, 1, {alice_.certificate}));
    ASSERT_FALSE(taken);
    EXPECT_EQ(taken.error().code, Errc::refused);
  }
  EXPECT_EQ(refusal(store_, alice_), "");
}

class RevocationFolderTest : public RevocationTest {
 protected:
  const fakes::TempFolder temp_;
  const RevocationFolder folder_{temp_ / "revocations"};
};

TEST_F(RevocationFolderTest, ARestartRefusesAtOnce) {
  const auto list = revoke(pki_.root(), 3, {alice_.certificate});
  ASSERT_TRUE(folder_.save(store_.signer_of(list).value(), list));
  TrustStore again(clock_);
  pki_.trust(again);
  ASSERT_TRUE(folder_.load(again));
  EXPECT_NE(refusal(again, alice_), "");
  EXPECT_EQ(refusal(again, bob_), "");
}

TEST_F(RevocationFolderTest, ADamagedFileIsPutAsideAndTheOthersCount) {
  const auto list = revoke(pki_.root(), 3, {alice_.certificate});
  ASSERT_TRUE(folder_.save(store_.signer_of(list).value(), list));
  temp_.write("revocations/a.crl", list.pem().substr(0, list.pem().size() / 2));
  temp_.write("revocations/b.crl", revoke(test::TestCa("somebody"), 1, {bob_.certificate}).pem());
  ASSERT_TRUE(folder_.load(store_));
  EXPECT_NE(refusal(store_, alice_), "");
  EXPECT_EQ(refusal(store_, bob_), "");
  for (const auto* name : {"a.crl", "b.crl"}) {
    EXPECT_FALSE(std::filesystem::exists(temp_ / "revocations" / name));
  }
  EXPECT_EQ(base::put_aside_since(temp_.path(), 0).size(), 2U);
}

TEST_F(RevocationFolderTest, AMissingFolderHoldsNone) {
  EXPECT_TRUE(folder_.load(store_));
  EXPECT_TRUE(store_.lists().empty());
}

}  // namespace
}  // namespace muster::security
