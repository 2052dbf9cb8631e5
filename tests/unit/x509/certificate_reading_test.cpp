// Certificates are read by a way of our own, for its speed: whatever it is given, it must say what OpenSSL's plain one says.
#include <gtest/gtest.h>
#include <openssl/pem.h>

#include <string>
#include <string_view>
#include <vector>

#include "proto/x509/certificate.hpp"
#include "proto/x509/openssl.hpp"
#include "tests/support/pki/test_pki.hpp"

namespace muster::x509 {
namespace {

bool has_a_key(const OwnedCert& cert) {
  const bool usable = cert && X509_get0_pubkey(cert.get()) != nullptr;
  ERR_clear_error();
  return usable;
}

bool plainly_read(std::string_view der) {
  const auto* at = bytes_of(der);
  const OwnedCert cert(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  return has_a_key(cert) && at == bytes_of(der) + der.size();
}

bool plainly_read_pem(std::string_view pem) {
  const auto bio = bio_over(pem);
  return has_a_key(OwnedCert(PEM_read_bio_X509_AUX(bio.get(), nullptr, nullptr, nullptr)));
}

std::string pem_of(const char* kind, const std::string& bytes) {
  const OwnedBio bio(BIO_new(BIO_s_mem()));
  PEM_write_bio(bio.get(), kind, "", bytes_of(bytes), static_cast<long>(bytes.size()));
  return bio_text(bio.get());
}

// The extension that says whether it is a CA says nothing that can be read.
std::string with_a_broken_extension() {
  const test::TestCa ca("Puppet CA: de");
  const auto key = Key::generate_p256().value();
  IssueSpec spec;
  spec.common_name = "n1";
  const auto made = issue(spec, key, &ca.certificate(), ca.key()).value();
  const OwnedCert cert(X509_dup(made.get()));
  while (X509_get_ext_count(cert.get()) > 0) OwnedExtension(X509_delete_ext(cert.get(), 0));
  const Owned<ASN1_OCTET_STRING, ASN1_OCTET_STRING_free> text(ASN1_OCTET_STRING_new());
  ASN1_OCTET_STRING_set(text.get(), bytes_of("garbage"), 7);
  const OwnedExtension broken(
      X509_EXTENSION_create_by_NID(nullptr, NID_basic_constraints, 1, text.get()));
  X509_add_ext(cert.get(), broken.get(), -1);
  X509_sign(cert.get(), ca.key().get(), EVP_sha256());
  return to_der<X509>(i2d_X509, cert.get());
}

class CertificateReadingTest : public testing::Test {
 protected:
  // Both ways, as they are and within a file.
  static void expect_the_same(const std::string& der, const std::string& what) {
    EXPECT_EQ(Certificate::from_der(der).has_value(), plainly_read(der)) << what;
    for (const auto* kind : {PEM_STRING_X509, PEM_STRING_X509_OLD, PEM_STRING_X509_TRUSTED}) {
      const auto pem = pem_of(kind, der);
      EXPECT_EQ(Certificate::from_pem(pem, "a file").has_value(), plainly_read_pem(pem))
          << kind << ": " << what;
    }
  }

  const std::string der_ = test::TestCa("Puppet CA: de").certificate().der();
};

TEST_F(CertificateReadingTest, WhatIsNoneIsRefusedAsPlainlyRead) {
  const std::vector<std::string> none = {
      "",
      std::string(1, '\0'),
      "0",
      std::string("\x30\x80", 2),                  // of no told length, and nothing follows
      std::string("\x30\x80\x00\x00", 4),          // and ends at once
      "\x30\x84\xff\xff\xff\xff",                  // 4 GiB, it says
      "\x30\x88\x7f\xff\xff\xff\xff\xff\xff\xff",  // more than there is
      std::string(std::size_t{1} << 20U, '\0'),    // large
      std::string(std::size_t{1} << 20U, '\x30'),  // and deep
      der_ + std::string(std::size_t{1} << 20U, 'x'),
  };
  for (std::size_t i = 0; i < none.size(); ++i) {
    EXPECT_FALSE(Certificate::from_der(none[i])) << i;
    expect_the_same(none[i], std::to_string(i));
  }
}

TEST_F(CertificateReadingTest, EachPartOfOneIsRefusedAsPlainlyRead) {
  for (std::size_t size = 0; size < der_.size(); ++size) {
    EXPECT_FALSE(Certificate::from_der(der_.substr(0, size))) << size;
    expect_the_same(der_.substr(0, size), std::to_string(size) + " bytes");
  }
}

TEST_F(CertificateReadingTest, WithAnyByteChangedOrAddedItIsJudgedAsPlainlyRead) {
  for (std::size_t at = 0; at < der_.size(); ++at)
    for (const int change : {0x01, 0x20, 0x80, 0xff}) {
      auto changed = der_;
      changed[at] = static_cast<char>(changed[at] ^ change);
      expect_the_same(changed, "byte " + std::to_string(at));
    }
  for (const auto* more : {"x", "0", "00", "\x30\x03\x0c\x01\x61", "\x05"})
    expect_the_same(der_ + more, "more behind it");
  expect_the_same(der_ + der_, "another behind it");
}

// Whoever needs that extension finds it broken.
TEST_F(CertificateReadingTest, AnExtensionThatNobodyCanReadIsNoReasonToRefuse) {
  const auto der = with_a_broken_extension();
  ASSERT_TRUE(plainly_read(der));
  expect_the_same(der, "a broken extension");
  const auto read = Certificate::from_der(der);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_FALSE(read->is_ca());
  EXPECT_EQ(read->der(), der);
}

TEST_F(CertificateReadingTest, WhatAFileSaysAboutTrustIsReadAndDropped) {
  const auto certificate = Certificate::from_der(der_).value();
  const auto trusted = certificate.pem_trusted_for_clients();
  ASSERT_TRUE(plainly_read_pem(trusted));
  const auto read = Certificate::from_pem(trusted, "a file").value();
  EXPECT_EQ(read.der(), der_);
  EXPECT_EQ(read.pem_trusted_for_clients(), trusted) << "no more than it is told";
}

}  // namespace
}  // namespace muster::x509
