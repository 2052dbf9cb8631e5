#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ctime>
#include <set>

#include "proto/x509/certificate.hpp"
#include "proto/x509/openssl.hpp"

namespace muster::x509 {
namespace {

using testing::HasSubstr;

struct Ca {
  Key key = Key::generate_p256().value();
  Certificate certificate = make();

 private:
  Certificate make() const {
    IssueSpec spec;
    spec.common_name = "Test CA";
    spec.ca = true;
    return issue(spec, key, nullptr, key).value();
  }
};

IssueSpec leaf_spec(const std::string& name = "alice") {
  IssueSpec spec;
  spec.common_name = name;
  return spec;
}

// What `openssl x509 -text` shows of the extensions.
std::string printed(const Certificate& certificate) {
  const OwnedBio bio(BIO_new(BIO_s_mem()));
  X509_print(bio.get(), certificate.get());
  return bio_text(bio.get());
}

TEST(IssueTest, LeafIsSignedByItsIssuerAndIsNoCa) {
  const Ca ca;
  const auto key = Key::generate_p256().value();
  auto spec = leaf_spec();
  spec.organizational_unit = "operator";
  const auto leaf = issue(spec, key, &ca.certificate, ca.key).value();
  EXPECT_EQ(leaf.common_name(), "alice");
  EXPECT_EQ(leaf.organizational_unit(), "operator");
  EXPECT_EQ(leaf.issuer_common_name(), "Test CA");
  EXPECT_FALSE(leaf.is_ca());
  EXPECT_TRUE(leaf.matches(key));
  EXPECT_FALSE(leaf.matches(ca.key));
  EXPECT_TRUE(leaf.issued_by(ca.certificate));
  EXPECT_FALSE(ca.certificate.issued_by(leaf));
}

TEST(IssueTest, SelfSignedRootIsACaOfItself) {
  const Ca ca;
  EXPECT_TRUE(ca.certificate.is_ca());
  EXPECT_TRUE(ca.certificate.issued_by(ca.certificate));
}

TEST(IssueTest, SameNameWithAnotherKeyIsNotTheIssuer) {
  const Ca ca;
  const Ca twin;
  const auto key = Key::generate_p256().value();
  const auto leaf = issue(leaf_spec(), key, &ca.certificate, ca.key).value();
  EXPECT_EQ(ca.certificate.subject(), twin.certificate.subject());
  EXPECT_FALSE(leaf.issued_by(twin.certificate));
}

TEST(IssueTest, ExtensionsSayWhatTheKeyIsFor) {
  const Ca ca;
  EXPECT_THAT(printed(ca.certificate),
              testing::AllOf(
                  HasSubstr("CA:TRUE"), HasSubstr("Digital Signature, Certificate Sign, CRL Sign"),
                  HasSubstr("Subject Key Identifier"), HasSubstr("Authority Key Identifier"),
                  testing::Not(HasSubstr("Extended Key Usage"))));
  const auto key = Key::generate_p256().value();
  auto spec = leaf_spec();
  const auto client = printed(issue(spec, key, &ca.certificate, ca.key).value());
  EXPECT_THAT(client, testing::AllOf(HasSubstr("CA:FALSE"), HasSubstr("TLS Web Client"),
                                     HasSubstr("Authority Key Identifier"),
                                     testing::Not(HasSubstr("TLS Web Server"))));
  spec.server = true;
  spec.dns_names = {"broker.example", "*.example"};
  spec.ip_addresses = {"192.0.2.1", "2001:db8::1"};
  EXPECT_THAT(printed(issue(spec, key, &ca.certificate, ca.key).value()),
              testing::AllOf(HasSubstr("TLS Web Server"), HasSubstr("DNS:broker.example"),
                             HasSubstr("DNS:*.example"), HasSubstr("IP Address:192.0.2.1"),
                             HasSubstr("IP Address:2001:DB8:0:0:0:0:0:1")));
}

TEST(IssueTest, NamesCannotSmuggleExtensionsIn) {
  const Ca ca;
  auto spec = leaf_spec();
  for (const std::string bad : {"a,DNS:b", "a\nb", "", "ü.example", "a b"}) {
    spec.dns_names = {bad};
    EXPECT_EQ(issue(spec, ca.key, &ca.certificate, ca.key).error().code, Errc::invalid_data) << bad;
  }
  spec.dns_names = {};
  for (const std::string bad : {"192.0.2.256", "example", "192.0.2.1/24", ""}) {
    spec.ip_addresses = {bad};
    EXPECT_EQ(issue(spec, ca.key, &ca.certificate, ca.key).error().code, Errc::invalid_data) << bad;
  }
}

TEST(IssueTest, SerialsAreRandomAnd128BitsLong) {
  const Ca ca;
  const auto key = Key::generate_p256().value();
  std::set<std::string> serials;
  for (int i = 0; i < 20; ++i) {
    const auto serial = issue(leaf_spec(), key, &ca.certificate, ca.key)->serial_hex();
    EXPECT_EQ(serial.size(), 32U) << serial;
    serials.insert(serial);
  }
  EXPECT_EQ(serials.size(), 20U);
}

TEST(IssueTest, ValidityIsBackdatedByADayAndNeverOutlivesTheIssuer) {
  const Ca ca;
  const auto key = Key::generate_p256().value();
  auto spec = leaf_spec();
  spec.valid_for = std::chrono::hours(24 * 3650);
  const auto leaf = issue(spec, key, &ca.certificate, ca.key).value();
  EXPECT_EQ(leaf.not_after_ms(), ca.certificate.not_after_ms());
  const auto age_s = std::time(nullptr) - leaf.not_before_ms() / 1000;
  EXPECT_GE(age_s, 24 * 3600);
  EXPECT_LT(age_s, 24 * 3600 + 60);
}

TEST(IssueTest, WrongPairingsAreRefusedInWords) {
  const Ca ca;
  const auto key = Key::generate_p256().value();
  const auto leaf = issue(leaf_spec(), key, &ca.certificate, ca.key).value();
  EXPECT_THAT(issue(leaf_spec(), key, &leaf, key).error().message, HasSubstr("not a CA"));
  EXPECT_THAT(issue(leaf_spec(), key, &ca.certificate, key).error().message,
              HasSubstr("does not belong"));
  EXPECT_THAT(issue(leaf_spec(), key, nullptr, ca.key).error().message, HasSubstr("own key"));
  EXPECT_FALSE(issue(leaf_spec(""), key, &ca.certificate, ca.key));
  // X.520's upper bound for a common name.
  EXPECT_THAT(issue(leaf_spec(std::string(65, 'a')), key, &ca.certificate, ca.key).error().message,
              HasSubstr("too long"));
}

}  // namespace
}  // namespace muster::x509
