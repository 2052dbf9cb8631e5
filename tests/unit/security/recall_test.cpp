// Certificates that an earlier process has verified.
#include <gmock/gmock.h>

#include <ctime>

#include "proto/security/trust_store.hpp"
#include "tests/support/fakes/fake_clock.hpp"
#include "tests/support/pki/test_pki.hpp"

namespace muster::security {
namespace {

using testing::IsEmpty;
using testing::SizeIs;
constexpr std::int64_t kDay = 24LL * 3600 * 1000;

Sha256 digest_of(const x509::Certificate& certificate) {
  return *sha256_from(x509::sha256(certificate.der()));
}

class RecallTest : public testing::Test {
 protected:
  RecallTest() { EXPECT_TRUE(store_.add(ca_.certificate())); }

  // Says that `ca_` signed what its twin has signed: whether a signature is verified shows.
  KnownChain false_word() const {
    return {digest_of(forged_.certificate), digest_of(ca_.certificate()),
            clock_.unix_ms() + 365 * kDay};
  }
  Result<Verified> verify(const test::Holder& holder) const {
    return store_.verify({holder.certificate.der()});
  }

  fakes::FakeClock clock_{std::int64_t{std::time(nullptr)} * 1000};
  TrustStore store_{clock_};
  test::TestCa ca_{"Puppet CA: de"};
  test::TestCa twin_{"Puppet CA: de"};
  test::Holder forged_{twin_.issue_node("n1")};
};

TEST_F(RecallTest, WhatIsRecalledIsBelievedWithoutItsSignature) {
  EXPECT_FALSE(verify(forged_));
  store_.recall({false_word()});
  for (int i = 0; i < 2; ++i) {  // the second time from memory
    const auto verified = verify(forged_);
    ASSERT_TRUE(verified) << verified.error().message;
    EXPECT_EQ(verified->name, "n1");
    EXPECT_EQ(verified->role, Role::none);
    EXPECT_EQ(verified->anchor, ca_.certificate().fingerprint());
    EXPECT_TRUE(verified->direct);
  }
  EXPECT_EQ(store_.verified_anew(), 0U);
}

TEST_F(RecallTest, WhatWasVerifiedHereIsKnownToTheNext) {
  const auto node = ca_.issue_node("n2");
  ASSERT_TRUE(verify(node));
  ASSERT_TRUE(verify(node));
  EXPECT_EQ(store_.verified_anew(), 1U);
  const auto known = store_.known_chains();
  ASSERT_THAT(known, SizeIs(1));
  TrustStore next(clock_);
  ASSERT_TRUE(next.add(ca_.certificate()));
  next.recall(known);
  ASSERT_TRUE(next.verify({node.certificate.der()}));
  EXPECT_EQ(next.verified_anew(), 0U);
  EXPECT_THAT(next.known_chains(), SizeIs(1));
}

TEST_F(RecallTest, OneThatNobodyMetIsPassedOn) {
  store_.recall({false_word()});
  EXPECT_THAT(store_.known_chains(), SizeIs(1));
}

TEST_F(RecallTest, ACertificateThatHasExpiredIsNotBelieved) {
  store_.recall({false_word()});
  clock_.set_unix_ms(forged_.certificate.not_after_ms() + 1'000);
  EXPECT_FALSE(verify(forged_));
  clock_.set_unix_ms(forged_.certificate.not_before_ms() - 1'000);
  EXPECT_FALSE(verify(forged_));
}

TEST_F(RecallTest, OneThatExpiresWhileItIsRememberedIsBelievedNoMore) {
  store_.recall({false_word()});
  ASSERT_TRUE(verify(forged_));
  clock_.set_unix_ms(forged_.certificate.not_after_ms() + 1'000);
  EXPECT_FALSE(verify(forged_));
}

TEST_F(RecallTest, WhatIsOverIsNotPassedOn) {
  auto over = false_word();
  over.until_ms = clock_.unix_ms() - 1;
  store_.recall({over});
  EXPECT_THAT(store_.known_chains(), IsEmpty());
}

TEST_F(RecallTest, WithoutItsCaItIsNotBelieved) {
  store_.recall({false_word()});
  store_.remove(ca_.certificate().fingerprint());
  EXPECT_FALSE(verify(forged_));
}

TEST_F(RecallTest, ACaThatGoesTakesWhatWasBelievedOfItAlong) {
  store_.recall({false_word()});
  ASSERT_TRUE(verify(forged_));
  store_.remove(ca_.certificate().fingerprint());
  EXPECT_FALSE(verify(forged_));
  ASSERT_TRUE(store_.add(ca_.certificate()));
  EXPECT_TRUE(verify(forged_)) << "and comes back with it";
}

TEST_F(RecallTest, AnotherCaOfTheSameNameIsNotTheOneThatIsNamed) {
  TrustStore swapped(clock_);
  const test::TestCa third("Puppet CA: de");
  ASSERT_TRUE(swapped.add(third.certificate()));
  swapped.recall({false_word()});
  EXPECT_FALSE(swapped.verify({forged_.certificate.der()}));
}

TEST_F(RecallTest, ACertificateNamesItsCa) {
  const test::TestCa other("Puppet CA: us");
  const auto node = other.issue_node("n1");
  auto word = false_word();
  word.leaf = digest_of(node.certificate);
  store_.recall({word});
  EXPECT_FALSE(verify(node));
}

TEST_F(RecallTest, NobodyCommandsByIt) {
  const test::TestPki pki;
  TrustStore commanding(clock_);
  pki.trust(commanding);
  const auto alice = pki.operator_();
  ASSERT_TRUE(commanding.verify({alice.certificate.der()}));
  EXPECT_THAT(commanding.known_chains(), IsEmpty());
  EXPECT_EQ(commanding.verified_anew(), 0U);
  const test::TestCa root("muster root");
  TrustStore other(clock_);
  ASSERT_TRUE(other.add(root.certificate(), Root::operators));
  const auto anchor = digest_of(root.certificate());
  const test::TestCa liar("muster root");
  const auto mallory = liar.issue_node("mallory");
  other.recall({{digest_of(mallory.certificate), anchor, clock_.unix_ms() + kDay}});
  EXPECT_FALSE(other.verify({mallory.certificate.der()}));
}

TEST_F(RecallTest, AnotherCertificateOfThatNameIsVerified) {
  store_.recall({false_word()});
  EXPECT_FALSE(verify(twin_.issue_node("n1")));
}

}  // namespace
}  // namespace muster::security
