#include "tests/support/pki/test_crl.hpp"

#include <openssl/pem.h>

#include <memory>

#include "proto/x509/openssl.hpp"

namespace muster::test {
namespace {

constexpr long kDayInSeconds = 24 * 3600;

using OwnedCrl = x509::Owned<X509_CRL, X509_CRL_free>;
using OwnedTime = x509::Owned<ASN1_TIME, ASN1_TIME_free>;
using OwnedInteger = x509::Owned<ASN1_INTEGER, ASN1_INTEGER_free>;

void add_serial(X509_CRL* crl, const std::string& hex, const ASN1_TIME* now) {
  BIGNUM* number = nullptr;
  BN_hex2bn(&number, hex.c_str());
  const x509::OwnedBn owner(number);
  const OwnedInteger serial(BN_to_ASN1_INTEGER(number, nullptr));
  auto* entry = X509_REVOKED_new();  // the list owns it
  X509_REVOKED_set_serialNumber(entry, serial.get());
  X509_REVOKED_set_revocationDate(entry, const_cast<ASN1_TIME*>(now));
  X509_CRL_add0_revoked(crl, entry);
}

}  // namespace

std::string revocation_list(const TestCa& ca, const std::vector<std::string>& serials_hex) {
  const OwnedCrl crl(X509_CRL_new());
  const OwnedTime now(X509_gmtime_adj(nullptr, 0));
  const OwnedTime later(X509_gmtime_adj(nullptr, kDayInSeconds));
  X509_CRL_set_version(crl.get(), X509_CRL_VERSION_2);
  X509_CRL_set_issuer_name(crl.get(), X509_get_subject_name(ca.certificate().get()));
  X509_CRL_set1_lastUpdate(crl.get(), now.get());
  X509_CRL_set1_nextUpdate(crl.get(), later.get());
  for (const auto& serial : serials_hex) add_serial(crl.get(), serial, now.get());
  X509_CRL_sign(crl.get(), ca.key().get(), EVP_sha256());
  const x509::OwnedBio out(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509_CRL(out.get(), crl.get());
  return x509::bio_text(out.get());
}

}  // namespace muster::test
