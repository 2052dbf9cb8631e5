#include "tests/swarm/ca/swarm_ca.hpp"

#include <gmock/gmock.h>

namespace muster::swarm {
namespace {

constexpr auto kName = "node00001.swarm.example";

class SwarmCaTest : public testing::Test {
 protected:
  // Puts a request of `key` for `asked` under `name`; its fingerprint.
  std::string put(const x509::Key& key, const std::string& asked = kName) {
    auto request = x509::make_request({.common_name = asked}, key).value();
    const auto fingerprint = request.fingerprint;
    EXPECT_TRUE(ca_.put_request(kName, std::move(request)));
    return fingerprint;
  }

  const test::TestCa root_{"Puppet CA: swarm"};
  SwarmCa ca_{root_};
  const x509::Key key_ = x509::Key::generate_p256().value();
};

TEST_F(SwarmCaTest, TheRequestThatIsNamedIsSignedOnce) {
  const auto fingerprint = put(key_);
  EXPECT_FALSE(ca_.certificate(kName));
  EXPECT_TRUE(ca_.sign(kName, fingerprint).value());
  EXPECT_FALSE(ca_.sign(kName, fingerprint).value());
  const auto its = ca_.certificate(kName);
  ASSERT_TRUE(its);
  EXPECT_TRUE(its->matches(key_));
  EXPECT_TRUE(its->issued_by(root_.certificate()));
  EXPECT_EQ(its->common_name(), kName);
}

TEST_F(SwarmCaTest, AnotherRequestOfThatNameIsNotSigned) {
  const auto first = put(key_);
  put(x509::Key::generate_p256().value());
  EXPECT_EQ(ca_.sign(kName, first).error().code, Errc::aborted);
}

TEST_F(SwarmCaTest, ARequestForAnotherNameIsRefused) {
  const auto fingerprint = put(key_, "another.swarm.example");
  EXPECT_EQ(ca_.sign(kName, fingerprint).error().code, Errc::refused);
}

TEST_F(SwarmCaTest, WhatIsCleanedIsForgottenWithItsSerial) {
  EXPECT_EQ(ca_.clean(kName).was, "absent");
  const auto fingerprint = put(key_);
  EXPECT_EQ(ca_.clean(kName).was, "requested");
  EXPECT_FALSE(ca_.sign(kName, fingerprint));
  ASSERT_TRUE(ca_.sign(kName, put(key_)));
  const auto serial = ca_.certificate(kName)->serial_hex();
  const auto cleaned = ca_.clean(kName);
  EXPECT_EQ(cleaned.was, "signed");
  EXPECT_EQ(cleaned.serials, std::vector<std::string>{serial});
  EXPECT_FALSE(ca_.certificate(kName));
}

}  // namespace
}  // namespace muster::swarm
