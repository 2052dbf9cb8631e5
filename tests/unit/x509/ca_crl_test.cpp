#include "proto/x509/ca_crl.hpp"

#include <gtest/gtest.h>

#include "tests/support/pki/test_pki.hpp"

namespace muster::x509 {
namespace {

constexpr std::int64_t kNow = 1'800'000'000'000;
constexpr std::int64_t kHour = 3'600'000;

class CaCrlTest : public testing::Test {
 protected:
  CaCrl crl_with(const CaCrlSpec& spec) const {
    return issue_ca_crl(spec, ca_.certificate(), ca_.key()).value();
  }
  test::TestCa ca_{"Puppet CA: one"};
};

TEST_F(CaCrlTest, WhatWasIssuedIsRead) {
  const auto made = crl_with({.serials_hex = {"0a", "1234567890abcdef"},
                              .number = 7,
                              .this_update_ms = kNow,
                              .next_update_ms = kNow + kHour});
  for (const auto& read :
       {CaCrl::from_der(made.der()), CaCrl::from_pem(made.pem(), ca_.certificate())}) {
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->number(), 7U);
    EXPECT_EQ(read->size(), 2U);
    EXPECT_TRUE(read->contains("1234567890abcdef"));
    EXPECT_FALSE(read->contains("0b"));
    EXPECT_EQ(read->this_update_ms(), kNow);
    EXPECT_EQ(read->next_update_ms(), kNow + kHour);
    EXPECT_TRUE(read->check_signed_by(ca_.certificate()));
  }
}

TEST_F(CaCrlTest, WithoutAnEndOfItsOwnItEndsWithTheCa) {
  EXPECT_EQ(crl_with({.this_update_ms = kNow}).next_update_ms(), ca_.certificate().not_after_ms());
}

TEST_F(CaCrlTest, AnotherCasListIsNotThisOnes) {
  const test::TestCa twin("Puppet CA: one");
  const auto refused = crl_with({.this_update_ms = kNow}).check_signed_by(twin.certificate());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::refused);
  EXPECT_FALSE(CaCrl::from_pem(crl_with({.this_update_ms = kNow}).pem(), twin.certificate()));
  EXPECT_FALSE(issue_ca_crl({}, ca_.certificate(), twin.key()).has_value());
}

TEST_F(CaCrlTest, OfABundleTheCasNewestIsTaken) {
  const test::TestCa other("Puppet CA: two");
  const auto bundle =
      issue_ca_crl({.number = 99, .this_update_ms = kNow}, other.certificate(), other.key())
          .value()
          .pem() +
      crl_with({.number = 3, .this_update_ms = kNow}).pem() +
      crl_with({.number = 2, .this_update_ms = kNow}).pem();
  EXPECT_EQ(CaCrl::from_pem(bundle, ca_.certificate()).value().number(), 3U);
}

TEST_F(CaCrlTest, TheHigherNumberIsNewerThenTheLaterOne) {
  const auto first = crl_with({.number = 1, .this_update_ms = kNow + kHour});
  const auto second = crl_with({.number = 2, .this_update_ms = kNow});
  const auto later = crl_with({.number = 2, .this_update_ms = kNow + kHour});
  EXPECT_TRUE(second.newer_than(first));
  EXPECT_FALSE(first.newer_than(second));
  EXPECT_TRUE(later.newer_than(second));
  EXPECT_FALSE(second.newer_than(second));
}

TEST_F(CaCrlTest, ItIsCurrentBetweenItsTwoTimes) {
  const auto made = crl_with({.this_update_ms = kNow, .next_update_ms = kNow + kHour});
  EXPECT_FALSE(made.current_at(kNow - 1));
  EXPECT_TRUE(made.current_at(kNow));
  EXPECT_FALSE(made.current_at(kNow + kHour));
}

TEST_F(CaCrlTest, WhatIsNoListIsRefused) {
  const auto der = crl_with({.this_update_ms = kNow}).der();
  for (const auto& bad :
       {std::string(), std::string("garbage"), der + "x", der.substr(0, der.size() - 1)})
    EXPECT_FALSE(CaCrl::from_der(bad)) << bad.size();
  EXPECT_EQ(CaCrl::from_der(std::string(kCaCrlMaxBytes + 1, 'x')).error().code, Errc::limit);
  EXPECT_FALSE(CaCrl::all_from_pem("nothing"));
}

}  // namespace
}  // namespace muster::x509
