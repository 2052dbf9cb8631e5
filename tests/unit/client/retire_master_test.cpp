#include "orchestrator/client/retire_master.hpp"

#include <gtest/gtest.h>

#include "tests/support/fakes/wait_until.hpp"
#include "tests/unit/client/client_lab.hpp"

namespace muster::client {
namespace {

class RetireMasterTest : public testing::Test {
 protected:
  const x509::Certificate& ca() const { return lab_.pki().puppet_ca().certificate(); }
  Link& link() { return lab_.orchestrator(); }
  Endorsement known() { return *link().endorsements().find(ca().fingerprint()); }
  // The CA with its name and key, and a certificate that ends later.
  x509::Certificate renewed() const {
    x509::IssueSpec spec;
    spec.common_name = ca().common_name();
    spec.ca = true;
    spec.valid_for = std::chrono::hours(24 * 365 * 15);
    const auto& key = lab_.pki().puppet_ca().key();
    return x509::issue(spec, key, nullptr, key).value();
  }

  ClientLab lab_;
};

TEST_F(RetireMasterTest, ARetiredMasterIsMarkedInItsEndorsementByWhomAndSinceWhen) {
  endorse(link(), ca(), {"*"}, "m1");
  const auto marked = mark_master(link(), "m1", "alice");
  ASSERT_TRUE(marked) << marked.error().message;
  EXPECT_TRUE(marked->changed);
  EXPECT_EQ(marked->others, 0U);
  EXPECT_EQ(known().retired_by, "alice");
  EXPECT_GT(known().retired_at_ms, 0);
  EXPECT_EQ(known().number, 2U);
}

// Each orchestrator that hears an order carries it out.
TEST_F(RetireMasterTest, RetiredTwiceItStaysAsItWasSaidFirst) {
  endorse(link(), ca(), {"*"}, "m1");
  ASSERT_TRUE(mark_master(link(), "m1", "alice"));
  const auto again = mark_master(link(), "m1", "bob");
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_FALSE(again->changed);
  EXPECT_EQ(known().retired_by, "alice");
  EXPECT_EQ(known().number, 2U);
}

TEST_F(RetireMasterTest, WhatIsTakenBackIsNoMarkAndALaterOneThanTheMark) {
  endorse(link(), ca(), {"*"}, "m1");
  ASSERT_TRUE(mark_master(link(), "m1", "alice"));
  const auto said_at_ms = known().retired_at_ms;
  ASSERT_TRUE(mark_master(link(), "m1", ""));
  EXPECT_FALSE(known().is_retired());
  EXPECT_GT(known().retired_at_ms, said_at_ms);
}

TEST_F(RetireMasterTest, AMasterThatNoEndorsementNamesIsRefusedWithTheNearestName) {
  endorse(link(), ca(), {"*"}, "puppet1");
  const auto refused = mark_master(link(), "pupet1", "alice");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::aborted);
  EXPECT_NE(refused.error().message.find("puppet1"), std::string::npos) << refused.error().message;
}

TEST_F(RetireMasterTest, AnEndorsementThatHasEndedIsNotRevivedByTheMark) {
  auto ended = endorse(link(), ca(), {"*"}, "m1");
  ended.number = 2;
  ended.ends_at_ms = 1;
  ASSERT_TRUE(link().believe(ended).value());
  EXPECT_FALSE(mark_master(link(), "m1", "alice"));
  EXPECT_EQ(known().number, 2U);
  EXPECT_EQ(known().ends_at_ms, 1);
}

TEST_F(RetireMasterTest, ARenewedCaIsRetiredByBothOfItsCertificatesAndWithdrawnByBoth) {
  endorse(link(), ca(), {"*"}, "m1");
  const auto later = renewed();
  endorse(link(), later, {"*"}, "m1");
  ASSERT_TRUE(mark_master(link(), "m1", "alice"));
  EXPECT_TRUE(known().is_retired());
  EXPECT_TRUE(link().endorsements().find(later.fingerprint())->is_retired());
  const auto withdrawn = withdraw_retired(link(), "m1", ca().fingerprint());
  ASSERT_TRUE(withdrawn) << withdrawn.error().message;
  EXPECT_FALSE(link().nodes().trusts(ca().fingerprint()));
  EXPECT_FALSE(link().nodes().trusts(later.fingerprint()));
}

TEST_F(RetireMasterTest, AWithdrawalDoesNotOverrunWhatWasTakenBackMeanwhile) {
  endorse(link(), ca(), {"*"}, "m1");
  ASSERT_TRUE(mark_master(link(), "m1", "alice"));
  ASSERT_TRUE(mark_master(link(), "m1", ""));
  const auto refused = withdraw_retired(link(), "m1", ca().fingerprint());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::aborted);
  EXPECT_TRUE(link().nodes().trusts(ca().fingerprint()));
}

// An old certificate of the CA, whose endorsement has ended without the mark, speaks for nobody.
TEST_F(RetireMasterTest, AnEndedEndorsementWithoutTheMarkKeepsNoWithdrawalUp) {
  auto old = endorse(link(), ca(), {"*"}, "m1");
  const auto later = renewed();
  endorse(link(), later, {"*"}, "m1");
  old.number = 2;
  old.ends_at_ms = 1;
  ASSERT_TRUE(link().believe(old).value());
  ASSERT_TRUE(mark_master(link(), "m1", "alice"));
  const auto withdrawn = withdraw_retired(link(), "m1", later.fingerprint());
  ASSERT_TRUE(withdrawn) << withdrawn.error().message;
  EXPECT_TRUE(known().withdrawn) << "or somebody signs it anew, and all its nodes are believed";
}

TEST_F(RetireMasterTest, WhoSignsTheMarkAnewMustHaveReadTheNewest) {
  const auto read = endorse(link(), ca(), {"*"}, "m1");
  ASSERT_TRUE(mark_master(link(), "m1", "alice"));
  const auto signed_anew = sign_mark_anew(link(), read);
  ASSERT_FALSE(signed_anew);
  EXPECT_EQ(signed_anew.error().code, Errc::aborted);
  EXPECT_TRUE(known().is_retired());
  EXPECT_TRUE(sign_mark_anew(link(), known()));
  EXPECT_TRUE(known().is_retired());
  EXPECT_EQ(known().number, 3U);
}

}  // namespace
}  // namespace muster::client
