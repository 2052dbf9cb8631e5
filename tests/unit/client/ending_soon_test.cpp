#include "orchestrator/client/ending_soon.hpp"

#include <gmock/gmock.h>

#include "tests/support/pki/test_pki.hpp"

namespace muster::client {
namespace {

using testing::HasSubstr;

constexpr std::int64_t kDayMs = 24LL * 3600 * 1000;

class EndingSoonTest : public testing::Test {
 protected:
  test::Holder issued(const std::string& name, int days) const {
    x509::IssueSpec spec;
    spec.common_name = name;
    spec.valid_for = std::chrono::hours(24 * days);
    return ca_.issue(spec);
  }
  test::TestCa ca_{"Puppet CA: test"};
  test::Holder own_ = issued("alice", 90);
  std::int64_t end_ms_ = own_.certificate.not_after_ms();
  Depends depends_{{own_.certificate}, {}, {}};
};

TEST_F(EndingSoonTest, WhatEndsWithinAMonthIsNamedWithItsDateAndRemedy) {
  EXPECT_TRUE(ending_soon(depends_, end_ms_ - 31 * kDayMs).empty());
  const auto soon = ending_soon(depends_, end_ms_ - 30 * kDayMs);
  ASSERT_EQ(soon.size(), 1U);
  EXPECT_EQ(soon[0].days_left, 30);
  EXPECT_THAT(text_of(soon[0]), HasSubstr("the certificate of 'alice' ends in 30 days, on 20"));
  EXPECT_THAT(text_of(soon[0]), HasSubstr(": 'muster operator renew'"));
}

TEST_F(EndingSoonTest, TheLastDaysAreCountedAsPeopleDo) {
  const struct {
    std::int64_t before_ms;
    std::int64_t days;
    const char* words;
  } cases[] = {{2 * kDayMs, 2, "ends in 2 days"},
               {2 * kDayMs - 1, 1, "ends in 1 day,"},
               {kDayMs - 1, 0, "ends within a day"},
               {0, 0, "ends within a day"},
               {-1, -1, "has ended"},
               {-3 * kDayMs, -3, "has ended"}};
  for (const auto& each : cases) {
    const auto soon = ending_soon(depends_, end_ms_ - each.before_ms);
    ASSERT_EQ(soon.size(), 1U);
    EXPECT_EQ(soon[0].days_left, each.days) << each.before_ms;
    EXPECT_THAT(text_of(soon[0]), HasSubstr(each.words));
  }
}

TEST_F(EndingSoonTest, RootsAndPuppetCasCountAndTheFirstToEndComesFirst) {
  const auto early = issued("early", 10);
  depends_.roots = {early.certificate};
  depends_.puppet_cas = {own_.certificate, early.certificate};
  const auto soon = ending_soon(depends_, end_ms_ - kDayMs);
  ASSERT_EQ(soon.size(), 2U) << "each once";
  EXPECT_EQ(soon[0].what, "the root 'early'");
  EXPECT_EQ(soon[1].what, "the certificate of 'alice'");
}

TEST_F(EndingSoonTest, BrokersAndIssuersCountWithWhatRenewsThem) {
  depends_.own = {};
  depends_.brokers = {issued("b1", 10).certificate};
  depends_.issuers = {issued("i1", 10).certificate};
  const auto soon = ending_soon(depends_, end_ms_ - kDayMs);
  ASSERT_EQ(soon.size(), 2U);
  EXPECT_THAT(text_of(soon[0]) + text_of(soon[1]),
              testing::AllOf(HasSubstr("broker 'b1'"), HasSubstr("muster broker renew"),
                             HasSubstr("issuer 'i1'"), HasSubstr("muster issuer renew")));
}

// A third of its life before, at most a month; the tokens of a day are not told.
TEST(TokenEndTest, ATokenIsToldInTheLastThirdOfItsLifeAtMostAMonthBefore) {
  const struct {
    std::int64_t life_days;
    std::int64_t told_days_before;  // and not a moment earlier; 0: never
  } cases[] = {{1, 0}, {2, 0}, {3, 1}, {30, 10}, {90, 30}, {365, 30}};
  for (const auto& each : cases) {
    const TokenEnd token{"t1", 0, each.life_days * kDayMs};
    const auto begins = token.ends_at_ms - each.told_days_before * kDayMs;
    EXPECT_FALSE(is_told(token, begins - 1)) << each.life_days;
    EXPECT_EQ(is_told(token, begins), each.told_days_before > 0) << each.life_days;
    EXPECT_FALSE(is_told(token, token.ends_at_ms)) << "it has ended, as it was meant to";
  }
}

TEST_F(EndingSoonTest, ATokenIsNamedWithItsIdAndWhatMakesAnother) {
  depends_.own = {};
  depends_.tokens = {{"t1", end_ms_ - 60 * kDayMs, end_ms_}, {"t2", 0, end_ms_ + 60 * kDayMs}};
  const auto soon = ending_soon(depends_, end_ms_ - 10 * kDayMs);
  ASSERT_EQ(soon.size(), 1U);
  EXPECT_EQ(soon[0].fingerprint, "t1");
  EXPECT_THAT(text_of(soon[0]), testing::AllOf(HasSubstr("the join token 't1' ends in 10 days"),
                                               HasSubstr("muster token create")));
}

TEST(WarningStageTest, PeopleAreToldOnceForEachStage) {
  const struct {
    std::int64_t days;
    std::int64_t stage;
  } cases[] = {{30, 30}, {15, 30}, {14, 14}, {8, 14}, {7, 7}, {4, 7},
               {3, 3},   {2, 2},   {1, 1},   {0, 0},  {-5, 0}};
  for (const auto& each : cases) EXPECT_EQ(warning_stage(each.days), each.stage) << each.days;
}

}  // namespace
}  // namespace muster::client
