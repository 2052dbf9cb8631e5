#include "proto/x509/revocation_list.hpp"

#include <gtest/gtest.h>
#include <openssl/x509.h>

#include "tests/support/pki/test_pki.hpp"

namespace muster::x509 {
namespace {

class RevocationListTest : public testing::Test {
 protected:
  RevocationList made(std::uint64_t number = 1) const {
    return RevocationList::issue({.number = number, .at_ms = kAt, .entries = entries_},
                                 ca_.certificate(), ca_.key())
        .value();
  }

  static constexpr std::int64_t kAt = 1'790'000'000'000;
  const test::TestCa ca_{"Muster operator root"};
  const std::string serial_ = ca_.issue_member("alice", "operator").certificate.serial_hex();
  const RevocationList::Entries entries_{{serial_, {kAt, RevocationReason::key_compromise}},
                                         {"1f", {kAt - 5'000, RevocationReason::unspecified}}};
};

TEST_F(RevocationListTest, SaysWhoIsRevokedSinceWhenAndWhy) {
  const auto list = RevocationList::from_der(made(7).der());
  ASSERT_TRUE(list) << list.error().message;
  EXPECT_EQ(list->number(), 7U);
  EXPECT_EQ(list->at_ms(), kAt);
  EXPECT_EQ(list->issuer_common_name(), "Muster operator root");
  EXPECT_TRUE(list->signed_by(ca_.certificate()));
  ASSERT_TRUE(list->find(serial_));
  EXPECT_EQ(list->find(serial_)->text(),
            "its certificate was revoked on 2026-09-21T14:13:20Z (key-compromise)");
  ASSERT_TRUE(list->find("1f"));
  EXPECT_EQ(list->find("1f")->at_ms, kAt - 5'000);
  EXPECT_EQ(list->find("1f")->reason, RevocationReason::unspecified);
  EXPECT_FALSE(list->find("20"));
  EXPECT_EQ(list->entries().size(), 2U);
}

TEST_F(RevocationListTest, IsTheSameAsPem) {
  const auto list = RevocationList::from_pem(made().pem(), "root.crl");
  ASSERT_TRUE(list) << list.error().message;
  EXPECT_TRUE(list->signed_by(ca_.certificate()));
  EXPECT_TRUE(list->find(serial_));
  const auto none = RevocationList::from_pem("-----BEGIN X509 CRL-----\nAAAA\n", "root.crl");
  ASSERT_FALSE(none);
  EXPECT_NE(none.error().message.find("root.crl"), std::string::npos);
}

TEST_F(RevocationListTest, IsNobodyElses) {
  const test::TestCa namesake("Muster operator root");
  const auto signed_by = made().signed_by(namesake.certificate());
  ASSERT_FALSE(signed_by);
  EXPECT_EQ(signed_by.error().code, Errc::refused);
}

TEST_F(RevocationListTest, AChangedOrTruncatedListIsNone) {
  const auto der = made().der();
  auto changed = der;
  changed[der.size() / 2] = static_cast<char>(changed[der.size() / 2] ^ 1);
  const auto read = RevocationList::from_der(changed);
  EXPECT_TRUE(!read || !read->signed_by(ca_.certificate()));
  EXPECT_FALSE(RevocationList::from_der(der.substr(0, der.size() - 1)));
  EXPECT_FALSE(RevocationList::from_der(der + "x"));
  EXPECT_FALSE(RevocationList::from_der(""));
}

TEST_F(RevocationListTest, AListWithoutANumberIsNone) {
  X509_CRL* bare = X509_CRL_new();
  X509_CRL_set_version(bare, X509_CRL_VERSION_2);
  X509_CRL_set_issuer_name(bare, X509_get_subject_name(ca_.certificate().get()));
  X509_CRL_set1_lastUpdate(bare, X509_get0_notBefore(ca_.certificate().get()));
  X509_CRL_sign(bare, ca_.key().get(), EVP_sha256());
  unsigned char* bytes = nullptr;
  const int size = i2d_X509_CRL(bare, &bytes);
  const std::string der(reinterpret_cast<char*>(bytes), static_cast<std::size_t>(size));
  OPENSSL_free(bytes);
  X509_CRL_free(bare);
  const auto list = RevocationList::from_der(der);
  ASSERT_FALSE(list);
  EXPECT_NE(list.error().message.find("number"), std::string::npos);
}

TEST_F(RevocationListTest, ItsKeyMustBeTheRoots) {
  const auto stranger = Key::generate_p256().value();
  EXPECT_FALSE(RevocationList::issue({.number = 1, .at_ms = kAt, .entries = {}}, ca_.certificate(),
                                     stranger));
}

TEST_F(RevocationListTest, HasALimit) {
  RevocationList::Entries many;
  for (std::size_t i = 0; i <= kRevokedMax; ++i) many[std::to_string(1'000'000 + i)] = {kAt, {}};
  const auto list = RevocationList::issue({.number = 1, .at_ms = kAt, .entries = std::move(many)},
                                          ca_.certificate(), ca_.key());
  ASSERT_FALSE(list);
  EXPECT_EQ(list.error().code, Errc::limit);
}

TEST_F(RevocationListTest, ReasonsHaveNames) {
  EXPECT_EQ(revocation_reason_from("superseded").value(), RevocationReason::superseded);
  const auto wrong = revocation_reason_from("key-compromised");
  ASSERT_FALSE(wrong);
  EXPECT_NE(wrong.error().message.find("key-compromise"), std::string::npos);
}

}  // namespace
}  // namespace muster::x509
