// What a request asks for beside a name and a key.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/x509/request.hpp"
#include "tests/support/pki/test_request.hpp"

namespace muster::x509 {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr char kRole[] = "1.3.6.1.4.1.34380.1.1.13";

TEST(RequestContentTest, AttributesExtensionsAndNamesComeBackAsTheyWereAsked) {
  const auto key = Key::generate_p256().value();
  const RequestSpec spec{"n1",
                         {{"1.2.840.113549.1.9.7", "let me in"}},
                         {{kRole,
                           "w\xc3\xa4"
                           "b"},
                          {"1.3.6.1.4.1.34380.1.2.1", "x"}},
                         {"n1", "www.example", "IP:192.0.2.1", "IP:2001:db8::1"}};
  const auto content = open_request(make_request(spec, key)->pem, "test").value();
  EXPECT_FALSE(content.has_other_subject);
  ASSERT_EQ(content.attributes.size(), 1U);
  EXPECT_EQ(content.attributes[0].oid, "1.2.840.113549.1.9.7");
  EXPECT_EQ(content.attributes[0].text, "let me in");
  ASSERT_EQ(content.extensions.all.size(), 3U);
  EXPECT_EQ(content.extensions.all[0].oid, kRole);
  EXPECT_TRUE(content.extensions.all[0].is_text);
  EXPECT_FALSE(content.extensions.all[0].critical);
  EXPECT_EQ(content.extensions.all[0].text,
            "w\xc3\xa4"
            "b");
  EXPECT_EQ(content.extensions.all[2].oid, kAlternativeNamesOid);
  EXPECT_THAT(content.extensions.alternative_names,
              ElementsAre("n1", "www.example", "IP:192.0.2.1", "IP:2001:db8::1"));
}

TEST(RequestContentTest, APlainRequestAsksForNothing) {
  const auto key = Key::generate_p256().value();
  const auto content = open_request(make_request({.common_name = "n1"}, key)->pem, "test").value();
  EXPECT_THAT(content.extensions.all, IsEmpty());
  EXPECT_THAT(content.attributes, IsEmpty());
}

TEST(RequestContentTest, AnAuthorityIsSeenAsItsExtensionAndIsNoText) {
  const auto key = Key::generate_p256().value();
  const auto request = test::request_with("n1", key, "basicConstraints", "critical,CA:TRUE");
  const auto content = open_request(request.pem, "test").value();
  ASSERT_EQ(content.extensions.all.size(), 1U);
  EXPECT_EQ(content.extensions.all[0].oid, "2.5.29.19");
  EXPECT_TRUE(content.extensions.all[0].critical);
  EXPECT_FALSE(content.extensions.all[0].is_text);
}

TEST(RequestContentTest, NamesOfOtherKindsAreNamesOfNobody) {
  const auto key = Key::generate_p256().value();
  const auto request =
      test::request_with("n1", key, "subjectAltName", "email:a@b.example,DNS:WWW.example,URI:x:y");
  EXPECT_THAT(open_request(request.pem, "test")->extensions.alternative_names,
              ElementsAre("kind 1:", "www.example", "kind 6:"));
}

TEST(RequestContentTest, ANameBeyondACertificatesIsToldWithItsLengthBeforeAnythingIsMade) {
  const auto key = Key::generate_p256().value();
  EXPECT_TRUE(make_request({.common_name = std::string(64, 'a')}, key));
  const auto made = make_request({.common_name = std::string(65, 'a')}, key);
  ASSERT_FALSE(made);
  EXPECT_THAT(made.error().message, HasSubstr("65 bytes"));
  EXPECT_THAT(made.error().message, HasSubstr("64 at most"));
}

TEST(RequestContentTest, WhatNoRequestCanHoldIsAnErrorThatNamesIt) {
  const auto key = Key::generate_p256().value();
  EXPECT_THAT(make_request({"n1", {}, {{"9.9.9", "x"}}, {}}, key).error().message,
              HasSubstr("'9.9.9'"));
  EXPECT_THAT(make_request({"n1", {{"x", "x"}}, {}, {}}, key).error().message, HasSubstr("'x'"));
  EXPECT_THAT(make_request({"n1", {}, {}, {"a b"}}, key).error().message, HasSubstr("'a b'"));
  EXPECT_THAT(make_request({"n1", {}, {}, {"IP:x"}}, key).error().message, HasSubstr("'x'"));
}

}  // namespace
}  // namespace muster::x509
