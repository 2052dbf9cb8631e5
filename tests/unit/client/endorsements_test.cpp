// How many Puppet CAs a link has heard of, and whose statements make room again.
#include "orchestrator/client/endorsements.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/fakes/wait_until.hpp"
#include "tests/support/pki/test_revocations.hpp"
#include "tests/unit/client/client_lab.hpp"

namespace muster::client {
namespace {

using testing::HasSubstr;

class EndorsementsTest : public testing::Test {
 protected:
  // A CA that nobody has: what somebody with a stolen key makes up.
  x509::Certificate made_up() {
    x509::IssueSpec spec;
    spec.common_name = "made up " + std::to_string(++made_up_);
    spec.ca = true;
    return x509::issue(spec, key_, nullptr, key_).value();
  }
  Result<bool> says(const test::Holder& signer, const x509::Certificate& ca, bool withdrawn,
                    std::uint64_t number = 1) {
    return link_.believe({.certificate = ca,
                          .patterns = {"*"},
                          .number = number,
                          .withdrawn = withdrawn,
                          .endorsed_by = signer.certificate.common_name(),
                          .ends_at_ms = signer.certificate.not_after_ms(),
                          .signer_serial = signer.certificate.serial_hex()});
  }
  test::Holder orchestrator(const std::string& name) const {
    return lab_.pki().orchestrator_root().issue_member(name, "orchestrator");
  }
  void revoke(const test::Holder& who) {
    const auto list = test::revoke(lab_.pki().orchestrator_root(), 1, {who.certificate});
    ASSERT_TRUE(link_.take(list));
  }
  // The places of trusted CAs; the last one that was made up for `last`.
  x509::Certificate fill(const test::Holder& first, const test::Holder& last) {
    auto one = made_up();
    for (std::size_t i = 0; link_.nodes().anchors().size() < security::kAnchorsMax; ++i) {
      one = made_up();
      EXPECT_TRUE(says(i < kStandingCasOfSignerMax ? first : last, one, false));
    }
    return one;
  }
  // Another orchestrator, over the bus.
  x509::Certificate an_honest_one_is_heard() {
    Link other(lab_.broker().connect("o2"), orchestrator("o2").signer(), "main", link_.clock());
    lab_.pki().trust(other.operators());
    const auto ca = made_up();
    endorse(other, ca);
    must(link_.echo(fakes::kPatience));
    link_.catch_up();
    return ca;
  }
  bool trusts(const x509::Certificate& ca) { return link_.nodes().trusts(ca.fingerprint()); }
  std::size_t known() { return link_.endorsements().all().size(); }

  ClientLab lab_;
  Link& link_ = lab_.orchestrator();
  const x509::Key key_ = x509::Key::generate_p256().value();
  int made_up_ = 0;
};

TEST_F(EndorsementsTest, OneSignerSpeaksOfSoManyCasAndLeavesRoomForOthers) {
  const auto thief = orchestrator("thief");
  for (std::size_t i = 0; i < kCasOfSignerMax; ++i) ASSERT_TRUE(says(thief, made_up(), true));
  const auto beyond = says(thief, made_up(), true);
  ASSERT_FALSE(beyond);
  EXPECT_EQ(beyond.error().code, Errc::limit);
  EXPECT_THAT(beyond.error().message, HasSubstr(std::to_string(kCasOfSignerMax)));
  EXPECT_EQ(known(), kCasOfSignerMax);
  EXPECT_TRUE(says(orchestrator("other"), made_up(), true));
}

// There are 256 places, and honest CAs need some.
TEST_F(EndorsementsTest, OneSignersCasThatStandLeaveRoomForOthers) {
  const auto thief = orchestrator("thief");
  for (std::size_t i = 0; i < kStandingCasOfSignerMax; ++i)
    ASSERT_TRUE(says(thief, made_up(), false));
  const auto beyond = says(thief, made_up(), false);
  ASSERT_FALSE(beyond);
  EXPECT_EQ(beyond.error().code, Errc::limit);
  EXPECT_THAT(beyond.error().message, HasSubstr(std::to_string(kStandingCasOfSignerMax)));
  const auto honest = made_up();
  EXPECT_TRUE(says(orchestrator("other"), honest, false));
  EXPECT_TRUE(trusts(honest));
  static_assert(2 * kStandingCasOfSignerMax <= security::kAnchorsMax);
}

// It was taken by whoever knew its neighbours from others, and lost by each who started anew, without a word.
TEST_F(EndorsementsTest, AnOrchestratorEndorsesNoMoreThanWhoStartsAnewBelieves) {
  const auto own_serial = link_.signer().chain().front().serial_hex();
  std::vector<x509::Certificate> cas;
  for (std::size_t i = 0; i < kStandingCasOfSignerMax; ++i) {
    cas.push_back(made_up());
    ASSERT_TRUE(says(orchestrator("before"), cas.back(), false));
    auto ours = *link_.endorsements().find(cas.back().fingerprint());
    ours.number = 2;
    ours.signer_serial = own_serial;
    ASSERT_TRUE(link_.believe(ours));
  }
  const auto beyond = publish_trusted_ca(link_, {.certificate = made_up(), .patterns = {"*"}});
  ASSERT_FALSE(beyond);
  EXPECT_EQ(beyond.error().code, Errc::limit);
  EXPECT_THAT(beyond.error().message, HasSubstr("another orchestrator"));
  const auto again = *link_.endorsements().find(cas.front().fingerprint());
  EXPECT_TRUE(sign_trusted_ca_anew(link_, again)) << "it is one of them";
}

TEST_F(EndorsementsTest, WhatASignerWithdrewFirstCountsOnceItStands) {
  const auto thief = orchestrator("thief");
  const auto other = orchestrator("other");
  const auto of_thief = made_up();
  const auto others = made_up();
  ASSERT_TRUE(says(thief, of_thief, true));
  ASSERT_TRUE(says(thief, others, true));
  for (std::size_t i = 0; i < kStandingCasOfSignerMax; ++i)
    ASSERT_TRUE(says(thief, made_up(), false));
  EXPECT_FALSE(says(thief, of_thief, false, 2));
  EXPECT_TRUE(says(other, others, false, 2)) << "of which the thief only spoke first";
  EXPECT_TRUE(says(other, others, false, 3)) << "signed anew";
}

TEST_F(EndorsementsTest, AllTogetherSpeakOfSoManyCas) {
  std::size_t spoken = 0;
  for (int signer = 0; spoken < kCasMax; ++signer) {
    const auto who = orchestrator("o" + std::to_string(signer));
    for (std::size_t i = 0; i < kCasOfSignerMax && spoken < kCasMax; ++i, ++spoken)
      ASSERT_TRUE(says(who, made_up(), true));
  }
  const auto beyond = says(orchestrator("late"), made_up(), true);
  ASSERT_FALSE(beyond);
  EXPECT_EQ(beyond.error().code, Errc::limit);
}

TEST_F(EndorsementsTest, WhatIsKnownIsWithdrawnHoweverMuchItsSignerSaid) {
  const auto thief = orchestrator("thief");
  const auto known = made_up();
  ASSERT_TRUE(says(orchestrator("other"), known, false));
  for (std::size_t i = 0; i < kCasOfSignerMax; ++i) ASSERT_TRUE(says(thief, made_up(), true));
  EXPECT_TRUE(says(thief, known, true, 2));
  EXPECT_TRUE(link_.endorsements().find(known.fingerprint())->withdrawn);
}

TEST_F(EndorsementsTest, WhatARevokedSignerMadeUpUsesNobodysRoom) {
  const auto thief = orchestrator("thief");
  const auto others = made_up();
  ASSERT_TRUE(says(orchestrator("other"), others, false));
  ASSERT_TRUE(says(thief, others, true, 2));  // of a CA that is no invention
  ASSERT_TRUE(says(thief, made_up(), false));
  for (std::size_t i = 1; i < kCasOfSignerMax; ++i) ASSERT_TRUE(says(thief, made_up(), true));
  revoke(thief);
  EXPECT_EQ(known(), 1U);
  EXPECT_TRUE(link_.endorsements().find(others.fingerprint())->withdrawn)
      << "to believe less is the safe side";
}

// Else it would be untrusted until its signer says it again, a day later.
TEST_F(EndorsementsTest, WhatFoundNoRoomIsTakenOnceAThiefIsRevoked) {
  const auto thief = orchestrator("thief");
  fill(thief, orchestrator("other"));
  const auto honest = an_honest_one_is_heard();
  ASSERT_FALSE(trusts(honest));
  revoke(thief);
  link_.catch_up();
  EXPECT_TRUE(trusts(honest));
}

TEST_F(EndorsementsTest, WhatFoundNoRoomIsTakenOnceAnotherIsWithdrawn) {
  const auto other = orchestrator("other");
  const auto last = fill(orchestrator("first"), other);
  const auto honest = an_honest_one_is_heard();
  ASSERT_FALSE(trusts(honest));
  ASSERT_TRUE(says(other, last, true, 2));
  link_.catch_up();
  EXPECT_TRUE(trusts(honest));
}

// One thread had verified it, another took the list before it counted.
TEST_F(EndorsementsTest, WhatWasVerifiedBeforeItsSignersRevocationDoesNotCountAfterIt) {
  const auto thief = orchestrator("thief");
  const auto evil = made_up();
  revoke(thief);
  ASSERT_TRUE(says(thief, evil, false));
  EXPECT_FALSE(trusts(evil));
  EXPECT_EQ(known(), 0U) << "nobody else spoke of it";
}

TEST_F(EndorsementsTest, ACaThatCannotBeTrustedIsNotRememberedEither) {
  for (std::size_t i = 0; link_.nodes().anchors().size() < security::kAnchorsMax; ++i)
    ASSERT_TRUE(link_.nodes().add(made_up()));
  const auto beyond = says(orchestrator("other"), made_up(), false);
  ASSERT_FALSE(beyond);
  EXPECT_EQ(beyond.error().code, Errc::limit);
  EXPECT_EQ(known(), 0U);
}

}  // namespace
}  // namespace muster::client
