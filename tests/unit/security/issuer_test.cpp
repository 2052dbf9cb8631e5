#include "proto/security/issuer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ctime>
#include <functional>

#include "proto/x509/openssl.hpp"

#include "proto/security/trust_store.hpp"
#include "tests/support/pki/test_pki.hpp"

namespace muster::security {
namespace {

using testing::HasSubstr;

class IssuerTest : public testing::Test {
 protected:
  IssuerTest() {
    limits_.identities = {"web-*"};
    limits_.uses = 10;
    limits_.life_s = 3600;
    claims_.identities = {"web-1"};
    claims_.issued_at_ms = 0;
    claims_.expires_at_ms = 3'600'000;
  }
  std::string problem() const {
    const auto within = within_limits(claims_, limits_, "web");
    return within ? "within" : within.error().message;
  }

  const std::int64_t now_ = std::int64_t{std::time(nullptr)} * 1000;
  test::TestCa root_{"Muster operator root"};
  IssuerLimits limits_;
  JoinClaims claims_;
};

TEST_F(IssuerTest, LimitsComeBackFromTheCertificateAsTheyWere) {
  limits_.replace = true;
  limits_.extensions = {"pp_role"};
  const auto issuer = root_.issue_issuer("web", limits_);
  const auto back = limits_of(issuer.certificate);
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(back->identities, limits_.identities);
  EXPECT_EQ(back->uses, 10U);
  EXPECT_EQ(back->life_s, 3600);
  EXPECT_FALSE(back->master);
  EXPECT_TRUE(back->replace);
  EXPECT_EQ(back->extensions, limits_.extensions);
}

TEST_F(IssuerTest, ACertificateWithoutLimitsMayIssueNothing) {
  EXPECT_THAT(limits_of(root_.issue_member("web", "issuer").certificate).error().message,
              HasSubstr("muster issuer create"));
}

TEST_F(IssuerTest, WhatLiesWithinItsLimitsIsItsToMake) {
  EXPECT_EQ(problem(), "within");
  claims_.identities = {"web-?", "web-*.de"};
  claims_.uses = 10;
  EXPECT_EQ(problem(), "within");
}

TEST_F(IssuerTest, EachLimitIsKept) {
  const auto good = claims_;
  const auto refused = [&](const std::function<void()>& change) {
    claims_ = good;
    change();
    return problem();
  };
  EXPECT_THAT(refused([&] { claims_.identities = {"*"}; }), HasSubstr("web-* only, not for '*'"));
  EXPECT_THAT(refused([&] { claims_.identities = {"web-1", "db-1"}; }), HasSubstr("'db-1'"));
  EXPECT_THAT(refused([&] { claims_.uses = 11; }), HasSubstr("10 uses at most, not of 11"));
  EXPECT_THAT(refused([&] { claims_.uses = 0; }), HasSubstr("not of any number"));
  EXPECT_THAT(refused([&] { claims_.expires_at_ms += 1000; }), HasSubstr("3600 s at most"));
  EXPECT_THAT(refused([&] { claims_.master = true; }), HasSubstr("for masters"));
  EXPECT_THAT(refused([&] { claims_.alternative_names = {"www*"}; }), HasSubstr("'www*'"));
  EXPECT_THAT(refused([&] { claims_.issues = {"*"}; }), HasSubstr("not for '*'"));
  EXPECT_THAT(refused([&] { claims_.replace = true; }), HasSubstr("that replace"));
  EXPECT_THAT(refused([&] { claims_.extensions = {{"pp_role", "web"}}; }), HasSubstr("'pp_role'"));
}

TEST_F(IssuerTest, ExtensionsAreTheSameByNameAndByNumbersAndAWildcardIsAll) {
  claims_.extensions = {{"1.3.6.1.4.1.34380.1.1.13", "web"}};
  limits_.extensions = {"pp_role"};
  EXPECT_EQ(problem(), "within");
  limits_.extensions = {kEveryExtension};
  EXPECT_EQ(problem(), "within");
  EXPECT_TRUE(check_limits(limits_));
  limits_.extensions = {"pp_auth_role"};
  EXPECT_THAT(check_limits(limits_).error().message, HasSubstr("authority"));
}

TEST_F(IssuerTest, WrongLimitsAreRefusedInWords) {
  limits_.identities = {};
  EXPECT_THAT(check_limits(limits_).error().message, HasSubstr("1 to 64 patterns"));
  limits_.identities = {"a/b"};
  EXPECT_THAT(check_limits(limits_).error().message, HasSubstr("'a/b'"));
  limits_.identities = {"*"};
  limits_.life_s = 0;
  EXPECT_THAT(check_limits(limits_).error().message, HasSubstr("longest life"));
}

TEST_F(IssuerTest, AnIssuerIsNeitherOperatorNorTlsClient) {
  const auto issuer = root_.issue_issuer("web", limits_);
  EXPECT_EQ(role_from(issuer.certificate.organizational_unit()), Role::issuer);
  EXPECT_NE(X509_check_purpose(issuer.certificate.get(), X509_PURPOSE_SSL_CLIENT, 0), 1);
  EXPECT_NE(X509_check_purpose(issuer.certificate.get(), X509_PURPOSE_SSL_SERVER, 0), 1);
}

TEST_F(IssuerTest, OnlyTheRootsOwnIssuersAreIssuers) {
  EXPECT_TRUE(
      check_issuer(root_.issue_issuer("web", limits_).certificate, root_.certificate(), now_));
  const test::TestCa other("Muster operator root");
  EXPECT_FALSE(
      check_issuer(other.issue_issuer("web", limits_).certificate, root_.certificate(), now_));
  EXPECT_FALSE(
      check_issuer(root_.issue_member("web", "operator").certificate, root_.certificate(), now_));
}

}  // namespace
}  // namespace muster::security
