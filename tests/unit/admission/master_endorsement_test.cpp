#include "orchestrator/admission/master_endorsement.hpp"

#include <gtest/gtest.h>

#include "tests/support/pki/test_pki.hpp"

namespace muster::admission {
namespace {

constexpr std::int64_t kEndorsedAtMs = 1'000'000;

class MasterEndorsementTest : public testing::Test {
 protected:
  static Endorsement of(const test::TestCa& ca, const std::string& master = "m1.de") {
    return {.certificate = ca.certificate(),
            .master = master,
            .patterns = {"*.de"},
            .number = 1,
            .ends_at_ms = kEndorsedAtMs + 1};
  }
  const test::TestCa ca_{"Puppet CA: m1.de"};
  const test::TestCa other_{"Puppet CA: m1.de"};  // made anew
  const test::TestCa of_m2_{"Puppet CA: m2.de"};
};

TEST_F(MasterEndorsementTest, TheHigherNumberIsBelievedWhicheverComesLast) {
  auto first = of(ca_);
  auto second = of(ca_);
  second.number = 2;
  EXPECT_TRUE(replaces(second, first));
  EXPECT_FALSE(replaces(first, second));
  EXPECT_FALSE(replaces(first, first));
}

TEST_F(MasterEndorsementTest, ANumberThatRunsAwayIsNotBelieved) {
  const auto known = of(ca_);
  auto next = of(ca_);
  next.number = known.number + kNumberStepMax;
  EXPECT_TRUE(replaces(next, known));
  ++next.number;
  EXPECT_FALSE(replaces(next, known));
  next.number = kNumberMax;
  EXPECT_TRUE(check_endorsement(next));
  ++next.number;
  EXPECT_EQ(check_endorsement(next).error().code, Errc::invalid_data);
}

TEST_F(MasterEndorsementTest, AnOldEndorsementDoesNotUndoAWithdrawalAndOfOneNumberItWins) {
  auto old = of(ca_);
  auto withdrawal = of(ca_);
  withdrawal.withdrawn = true;
  EXPECT_TRUE(replaces(withdrawal, old)) << "two counted on at once";
  EXPECT_FALSE(replaces(old, withdrawal));
  withdrawal.number = 7;
  old.number = 6;
  EXPECT_FALSE(replaces(old, withdrawal));
  old.number = 8;
  EXPECT_TRUE(replaces(old, withdrawal)) << "an operator added it again";
}

TEST_F(MasterEndorsementTest, ItCountsUntilItIsWithdrawnOrItsSignersCertificateEnds) {
  auto endorsement = of(ca_);
  EXPECT_TRUE(still_counts(endorsement, kEndorsedAtMs));
  EXPECT_EQ(still_counts(endorsement, kEndorsedAtMs + 1).error().code, Errc::refused);
  endorsement.withdrawn = true;
  EXPECT_EQ(still_counts(endorsement, kEndorsedAtMs).error().code, Errc::refused);
}

TEST_F(MasterEndorsementTest, PatternsAndTheMastersOwnNameAreCovered) {
  const auto endorsement = of(ca_, "puppet.example");
  EXPECT_TRUE(covers(endorsement, "n1.de"));
  EXPECT_TRUE(covers(endorsement, "puppet.example"));
  EXPECT_FALSE(covers(endorsement, "n1.us"));
  EXPECT_FALSE(covers(endorsement, "n1.de.us"));
  auto none = of(ca_, "");
  none.patterns = {};
  EXPECT_FALSE(covers(none, ""));
}

TEST_F(MasterEndorsementTest, WhatCannotBeSignedIsNamed) {
  auto endorsement = of(ca_);
  EXPECT_TRUE(check_endorsement(endorsement));
  endorsement.patterns = {};
  EXPECT_NE(check_endorsement(endorsement).error().message.find("'*' is all names"),
            std::string::npos);
  endorsement.patterns = {"N1 "};
  EXPECT_FALSE(check_endorsement(endorsement));
  endorsement = of(ca_, "Not A Name");
  EXPECT_FALSE(check_endorsement(endorsement));
  endorsement = of(ca_);
  endorsement.facts = {{"country", std::string(kMasterFactsMaxBytes, 'x')}};
  EXPECT_FALSE(check_endorsement(endorsement));
  endorsement = of(ca_);
  endorsement.certificate = ca_.issue_node("m1.de").certificate;
  EXPECT_FALSE(check_endorsement(endorsement));
}

TEST_F(MasterEndorsementTest, ALivingMastersNameIsNotTakenByAnotherCa) {
  const auto known = of(ca_);
  const auto offered = of(other_);
  const auto refused = may_be_endorsed(offered, {known}, kEndorsedAtMs);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find(known.fingerprint()), std::string::npos);
  EXPECT_NE(refused.error().message.find(offered.fingerprint()), std::string::npos);
  auto withdrawn = known;
  withdrawn.withdrawn = true;
  EXPECT_TRUE(may_be_endorsed(offered, {withdrawn}, kEndorsedAtMs));
  EXPECT_TRUE(may_be_endorsed(offered, {known}, known.ends_at_ms)) << "its endorsement ended";
  EXPECT_TRUE(may_be_endorsed(of(of_m2_, "m2.de"), {known}, kEndorsedAtMs));
  EXPECT_TRUE(may_be_endorsed(of(of_m2_, ""), {of(ca_, "")}, kEndorsedAtMs));
}

// The broker finds CAs by their names, without regard to case.
TEST_F(MasterEndorsementTest, ACaIsCalledLikeNoOtherThatCounts) {
  const test::TestCa twin("puppet  ca: M1.de");
  const auto known = of(ca_);
  const auto refused = may_be_endorsed(of(twin, "m2.de"), {known}, kEndorsedAtMs);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::refused);
  EXPECT_NE(refused.error().message.find("muster trust remove " + known.fingerprint()),
            std::string::npos)
      << refused.error().message;
  EXPECT_FALSE(may_be_endorsed(of(twin, "m2.de"), {of(ca_, "")}, kEndorsedAtMs));
  EXPECT_TRUE(may_be_endorsed(of(twin, "m2.de"), {known}, known.ends_at_ms)) << "it has ended";
  auto withdrawn = known;
  withdrawn.withdrawn = true;
  EXPECT_TRUE(may_be_endorsed(of(twin, "m2.de"), {withdrawn}, kEndorsedAtMs));
}

TEST_F(MasterEndorsementTest, AKeyIsOneCas) {
  x509::IssueSpec spec;
  spec.common_name = "Puppet CA: another name";
  spec.ca = true;
  auto copy = of(ca_, "m2.de");
  copy.certificate = x509::issue(spec, ca_.key(), nullptr, ca_.key()).value();
  auto known = of(ca_);
  EXPECT_FALSE(may_be_endorsed(copy, {known}, kEndorsedAtMs));
  known.withdrawn = true;
  EXPECT_EQ(may_be_endorsed(copy, {known}, kEndorsedAtMs).error().code, Errc::refused)
      << "what was withdrawn came back in another certificate";
}

// A node of the CA with a token for masters holds a certificate of it, too.
TEST_F(MasterEndorsementTest, AnEndorsedCaIsNotTakenByAnotherMaster) {
  const auto known = of(ca_, "m1.de");
  const auto refused = may_be_endorsed(of(ca_, "evil.de"), {known}, kEndorsedAtMs);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::refused);
  EXPECT_NE(refused.error().message.find("'m1.de' is the master"), std::string::npos)
      << refused.error().message;
  EXPECT_FALSE(may_be_endorsed(of(ca_, "evil.de"), {of(ca_, "")}, kEndorsedAtMs))
      << "an operator endorsed it, and named nobody";
  EXPECT_TRUE(may_be_endorsed(of(ca_, "m1.de"), {known}, kEndorsedAtMs));
  EXPECT_TRUE(may_be_endorsed(of(ca_, "m2.de"), {known}, known.ends_at_ms)) << "it has ended";
}

TEST_F(MasterEndorsementTest, AWithdrawnCaIsNotBroughtBackByItsMaster) {
  auto withdrawn = of(ca_);
  withdrawn.withdrawn = true;
  EXPECT_EQ(may_be_endorsed(of(ca_), {withdrawn}, kEndorsedAtMs).error().code, Errc::refused);
}

}  // namespace
}  // namespace muster::admission
