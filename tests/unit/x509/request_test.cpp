#include "proto/x509/request.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/base/encoding.hpp"

namespace muster::x509 {
namespace {

using testing::HasSubstr;

TEST(RequestTest, CarriesNameAndKeyAndIsReadBackWithTheSameFingerprint) {
  const auto key = Key::generate_p256().value();
  const auto request = make_request({.common_name = "n1.example"}, key).value();
  EXPECT_THAT(request.pem, HasSubstr("BEGIN CERTIFICATE REQUEST"));
  EXPECT_EQ(request.fingerprint.size(), 64U);
  EXPECT_EQ(read_request(request.pem, "test")->fingerprint, request.fingerprint);
  EXPECT_EQ(read_request(request.pem, "test")->pem, request.pem);
  const auto content = open_request(request.pem, "test").value();
  EXPECT_EQ(content.common_name, "n1.example");
  EXPECT_TRUE(content.public_key.same_public(key));
}

TEST(RequestTest, TwoRequestsOfDifferentKeysHaveDifferentFingerprints) {
  const auto one = make_request({.common_name = "n1"}, Key::generate_p256().value()).value();
  const auto two = make_request({.common_name = "n1"}, Key::generate_p256().value()).value();
  EXPECT_NE(one.fingerprint, two.fingerprint);
}

// The DER form of `pem` with one byte of its last part, the signature, changed.
std::string forged(const std::string& pem) {
  const std::string begin = "-----BEGIN CERTIFICATE REQUEST-----\n";
  const auto end = pem.find("\n-----END");
  auto text = pem;
  text[end - 8] = text[end - 8] == 'A' ? 'B' : 'A';
  return text;
}

TEST(RequestTest, ForgedSignatureIsRefused) {
  const auto request = make_request({.common_name = "n1"}, Key::generate_p256().value()).value();
  const auto opened = open_request(forged(request.pem), "n1.csr");
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().message, HasSubstr("n1.csr"));
}

TEST(RequestTest, GarbageAndEmptyNamesAreErrors) {
  EXPECT_THAT(read_request("x", "n1.csr").error().message, HasSubstr("n1.csr"));
  EXPECT_FALSE(open_request("", "n1.csr"));
  EXPECT_FALSE(make_request({}, Key::generate_p256().value()));
  EXPECT_FALSE(make_request({.common_name = "n1"}, Key(nullptr)));
}

}  // namespace
}  // namespace muster::x509
