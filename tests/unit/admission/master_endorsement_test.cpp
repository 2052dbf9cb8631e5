#include "orchestrator/admission/master_endorsement.hpp"

#include <gtest/gtest.h>

#include "orchestrator/admission/statement_number.hpp"
#include "tests/support/pki/test_pki.hpp"

namespace muster::admission {
namespace {

constexpr std::int64_t kEndorsedAtMs = 1'000'000;

// A CA with an RSA key of 1,024 bits, made with openssl.
constexpr auto* kWeakCa = R"(-----BEGIN CERTIFICATE-----
MIICEjCCAXugAwIBAgIUVWNCei9yuqCzokAVGCDS1Z2QzUQwDQYJKoZIhvcNAQEL
BQAwGjEYMBYGA1UEAwwPUHVwcGV0IENBOiB3ZWFrMCAXDTI2MTEzMDA5NTQzNVoY
DzIxMjYxMTA2MDk1NDM1WjAaMRgwFgYDVQQDDA9QdXBwZXQgQ0E6IHdlYWswgZ8w
DQYJKoZIhvcNAQEBBQADgY0AMIGJAoGBAJViv1Iby+pGOqw91VsAmrAUWRVd56Kk
gUdDY0GspL56OPNR5eK40vr9qpbCd8rBRWmqI80fjJccrnmksDsEpIjle3BvwKP9
KoMF4Hj6qyqi94xWyqAsLOV8EH4svsoFVv0EeP99A1jAWV1W+/rW3eAJkORQAfqU
LDFlgYrVTB4pAgMBAAGjUzBRMB0GA1UdDgQWBBQxrUOUbr2EFoKFDvRvn0vcZmLo
2zAfBgNVHSMEGDAWgBQxrUOUbr2EFoKFDvRvn0vcZmLo2zAPBgNVHRMBAf8EBTAD
AQH/MA0GCSqGSIb3DQEBCwUAA4GBAER+MgqfrsLMSg9on/I8EAuZWoyasfctXIKL
9dDpAYq8KIx+0Td2QuLjzzX8ttbnb+BAz6kbtGfvjwPWhwnRlNlyn+WEvzlqkgXy
GWX5pe+z+5rvru0CFVAPXrU4ZbN31qaIgoKHh1EkAt0yATdy09xOX1oPIX+o5SC7
UWPLuteX
-----END CERTIFICATE-----
)";

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

TEST_F(MasterEndorsementTest, ANumberIsOfSoManyBitsAtMost) {
  auto next = of(ca_);
  next.number = kNumberMax;
  EXPECT_TRUE(check_endorsement(next));
  ++next.number;
  EXPECT_EQ(check_endorsement(next).error().code, Errc::invalid_data);
}

// Nobody would trust it, and each orchestrator would remember it and sign it anew.
TEST_F(MasterEndorsementTest, ACaWithAWeakKeyIsNotEndorsed) {
  auto weak = of(ca_);
  weak.certificate = x509::Certificate::from_pem(kWeakCa, "a test").value();
  const auto checked = check_endorsement(weak);
  ASSERT_FALSE(checked);
  EXPECT_NE(checked.error().message.find("1024"), std::string::npos) << checked.error().message;
  weak.withdrawn = true;
  EXPECT_TRUE(check_endorsement(weak));
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

// One that was retired while another signed anew what it had heard before.
TEST_F(MasterEndorsementTest, OfOneNumberWhatWasSaidLaterOfTheRetirementWins) {
  auto retired = of(ca_);
  retired.retired_by = "alice";
  retired.retired_at_ms = 5;
  EXPECT_TRUE(replaces(retired, of(ca_)));
  EXPECT_FALSE(replaces(of(ca_), retired));
  auto taken_back = of(ca_);
  taken_back.retired_at_ms = 6;
  EXPECT_TRUE(replaces(taken_back, retired));
  EXPECT_FALSE(replaces(retired, taken_back));
  auto withdrawn = retired;
  withdrawn.withdrawn = true;
  EXPECT_FALSE(replaces(taken_back, withdrawn)) << "who said it in the same moment came too late";
}

// Two that sign the same anew at once must agree on whose it is.
TEST_F(MasterEndorsementTest, OfTwoThatSayTheSameOneSignerWinsForAll) {
  auto one = of(ca_);
  one.endorsed_by = "orchestrator1";
  auto other = of(ca_);
  other.endorsed_by = "orchestrator2";
  EXPECT_TRUE(replaces(one, other));
  EXPECT_FALSE(replaces(other, one));
}

TEST_F(MasterEndorsementTest, WhoRetiredAMasterIsToldWithTheTimeAndOfAMasterAlone) {
  auto retired = of(ca_);
  retired.retired_by = "alice";
  EXPECT_FALSE(check_endorsement(retired)) << "since when?";
  retired.retired_at_ms = 5;
  EXPECT_TRUE(check_endorsement(retired));
  retired.master.clear();
  EXPECT_FALSE(check_endorsement(retired));
  retired = of(ca_);
  retired.retired_at_ms = 5;
  retired.retired_by = std::string(kRetiredByMaxBytes + 1, 'a');
  EXPECT_FALSE(check_endorsement(retired));
}

TEST_F(MasterEndorsementTest, ARenewedOrAddedAgainCaOfARetiredMasterStaysRetired) {
  auto known = of(ca_);
  known.retired_by = "alice";
  known.retired_at_ms = 5;
  auto added = of(ca_);
  take_over(added, {known}, kEndorsedAtMs);
  EXPECT_EQ(added.retired_by, "alice");
  EXPECT_EQ(added.retired_at_ms, 5);
  auto of_another = of(ca_, "m2.de");
  take_over(of_another, {known}, kEndorsedAtMs);
  EXPECT_FALSE(of_another.is_retired()) << "it has another master now";
  auto again = of(ca_);
  known.ends_at_ms = 0;
  keep_retirement(again, {known});
  EXPECT_TRUE(again.is_retired()) << "its endorsement has ended, and the master brings its CA anew";
  auto anew = of(ca_);
  known.withdrawn = true;
  keep_retirement(anew, {known});
  EXPECT_FALSE(anew.is_retired());
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

struct Addition {
  const char* what;
  const char* common_name;
  bool own_key;  // of another than the CA that is known
  int years;     // that it is valid
  enum class Known { counts, withdrawn, ended } known;
  const char* refused;  // part of the reason; empty: it may be added
};

class AddedCaTest : public testing::TestWithParam<Addition> {};

TEST_P(AddedCaTest, IsNoOtherCaAndARenewedOneEndsLater) {
  const auto& row = GetParam();
  const test::TestCa ca("Puppet CA: m1.de");  // for five years
  x509::IssueSpec spec;
  spec.common_name = row.common_name;
  spec.ca = true;
  spec.valid_for = std::chrono::hours(24 * 365 * row.years);
  const auto key = row.own_key ? x509::Key::generate_p256().value() : ca.key();
  const Endorsement offered{.certificate = x509::issue(spec, key, nullptr, key).value(),
                            .patterns = {"*"}};
  Endorsement known{.certificate = ca.certificate(),
                    .patterns = {"*"},
                    .number = 1,
                    .withdrawn = row.known == Addition::Known::withdrawn,
                    .ends_at_ms = kEndorsedAtMs + 1};
  const auto now_ms =
      row.known == Addition::Known::ended ? known.ends_at_ms : std::int64_t{kEndorsedAtMs};
  const auto verdict = may_be_added(offered, {known}, now_ms);
  EXPECT_EQ(verdict.has_value(), *row.refused == '\0') << row.what;
  if (verdict) return;
  EXPECT_EQ(verdict.error().code, Errc::refused);
  EXPECT_NE(verdict.error().message.find(row.refused), std::string::npos)
      << row.what << ": " << verdict.error().message;
  EXPECT_NE(verdict.error().message.find(known.fingerprint()), std::string::npos);
}

using Known = Addition::Known;
INSTANTIATE_TEST_SUITE_P(
    Table, AddedCaTest,
    testing::Values(
        Addition{"another CA", "Puppet CA: m2.de", true, 5, Known::counts, ""},
        Addition{"its name", "puppet  ca: M1.de", true, 9, Known::counts, "has the name of"},
        Addition{"a withdrawn one's name", "Puppet CA: m1.de", true, 9, Known::withdrawn, ""},
        Addition{"an ended one's name", "Puppet CA: m1.de", true, 9, Known::ended, ""},
        Addition{"its key", "Puppet CA: m2.de", false, 9, Known::counts, "has the key of"},
        Addition{"a withdrawn one's key", "Puppet CA: m2.de", false, 9, Known::withdrawn,
                 "has the key of"},
        Addition{"renewed", "Puppet CA: m1.de", false, 9, Known::counts, ""},
        Addition{"an older certificate of it", "Puppet CA: m1.de", false, 4, Known::counts,
                 "ends later"},
        Addition{"a withdrawn one's older certificate", "Puppet CA: m1.de", false, 4,
                 Known::withdrawn, ""}));

TEST_F(MasterEndorsementTest, ARenewedCaKeepsItsMasterUnlessAnotherIsNamed) {
  auto known = of(ca_);
  known.facts = {{"country", "de"}};
  auto renewed = of(ca_, "");
  take_over(renewed, {known, of(of_m2_, "m2.de")}, kEndorsedAtMs);
  EXPECT_EQ(renewed.master, "m1.de");
  EXPECT_EQ(renewed.facts, known.facts);
  auto moved = of(ca_, "m3.de");
  take_over(moved, {known}, kEndorsedAtMs);
  EXPECT_EQ(moved.master, "m3.de");
  EXPECT_TRUE(moved.facts.empty());
  auto later = of(ca_, "");
  take_over(later, {known}, known.ends_at_ms);
  EXPECT_EQ(later.master, "") << "what counts no more hands nothing on";
}

TEST_F(MasterEndorsementTest, NoMasterBringsItsRenewedCaAndIsToldWhoDoes) {
  x509::IssueSpec spec;
  spec.common_name = "Puppet CA: m1.de";
  spec.ca = true;
  auto renewed = of(ca_);
  renewed.certificate = x509::issue(spec, ca_.key(), nullptr, ca_.key()).value();
  const auto refused = may_be_endorsed(renewed, {of(ca_)}, kEndorsedAtMs);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("muster trust add"), std::string::npos);
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
