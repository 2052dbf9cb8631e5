// The desk of a site that has the last word about each machine.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "orchestrator/provision/join_desk.hpp"
#include "tests/unit/provision_engine/join_desk_lab.hpp"

namespace muster::provision {
namespace {

using admission::Attestation;
using testing::HasSubstr;
using Word = Attestation::Word;

class JoinDeskAttestedTest : public JoinDeskTest {
 protected:
  JoinDeskAttestedTest() {
    attests_ = true;
    ca_says("absent");
  }
  std::uint32_t used(const security::TokenFile& file) const {
    return ledger_.standing(file.claims, {"web-1", key_.fingerprint(), ""}).used;
  }
};

TEST_F(JoinDeskAttestedTest, WhomItAdmitsIsLetIn) {
  attestation_ = Attestation{Word::admit, ""};
  announce(token(), key_);
  EXPECT_EQ(joined_, 1);
  EXPECT_EQ(attested_, 1) << "once, though the rules were asked twice";
}

TEST_F(JoinDeskAttestedTest, WhomItRefusesIsRefusedWithItsWordsAndSpendsNoToken) {
  attestation_ = Attestation{Word::refuse, "unknown serial"};
  const auto file = token();
  announce(file, key_);
  EXPECT_EQ(joined_, 0);
  EXPECT_EQ(refused_, 1);
  EXPECT_THAT(refusal_, HasSubstr("unknown serial"));
  EXPECT_EQ(used(file), 0U);
}

TEST_F(JoinDeskAttestedTest, WhenTheProgramFailsTheMachineWaitsVisiblyUntilItAnnouncesItselfAgain) {
  attestation_ = fail(Errc::aborted, "/bin/attest ended with 1");
  const auto file = token();
  announce(file, key_);
  EXPECT_EQ(joined_, 0);
  EXPECT_EQ(refused_, 0);
  EXPECT_EQ(postponed_, 1);
  EXPECT_THAT(postponed_because_, HasSubstr("/bin/attest ended with 1"));
  EXPECT_EQ(answered_, 1) << "that it waits";
  EXPECT_EQ(waiting_, 0) << "no operator is asked for anything";
  EXPECT_EQ(used(file), 0U);
  attestation_ = Attestation{Word::admit, ""};
  announce(file, key_);
  EXPECT_EQ(joined_, 1);
}

TEST_F(JoinDeskAttestedTest, WhoseTokenIsWorthNothingIsNotAskedAbout) {
  attestation_ = Attestation{Word::admit, ""};
  const auto file = token();
  revoke(file.claims.id);
  announce(file, key_);
  EXPECT_EQ(attested_, 0);
  EXPECT_EQ(joined_, 0);
}

TEST_F(JoinDeskAttestedTest, WhoseTokenIsRevokedWhileItIsAskedAboutIsNotLetIn) {
  attestation_ = Attestation{Word::admit, ""};
  attesters_.takes = std::chrono::seconds(30);
  const auto file = token();
  announce(file, key_);
  revoke(file.claims.id);
  world_.loop.advance(std::chrono::seconds(30));
  advance();
  EXPECT_EQ(joined_, 0);
  EXPECT_EQ(refused_, 1);
}

TEST_F(JoinDeskAttestedTest, AMachineThatAnOperatorApprovedIsAttestedAsWell) {
  ca_says("signed");
  attestation_ = Attestation{Word::wait, "not measured yet"};
  announce(token(), key_);
  ASSERT_EQ(waiting_, 1);
  EXPECT_EQ(attested_, 0);
  approve(key_);
  judge_again();
  EXPECT_EQ(joined_, 0);
  EXPECT_EQ(attested_, 1);
  EXPECT_EQ(postponed_, 1);
}

}  // namespace
}  // namespace muster::provision
