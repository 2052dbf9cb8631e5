#include "proto/x509/revocations.hpp"

#include <openssl/pem.h>

#include "proto/x509/openssl.hpp"

namespace muster::x509 {
namespace {

constexpr int kListsMost = 64;  // of a bundle, are looked at

using OwnedCrl = Owned<X509_CRL, X509_CRL_free>;

bool is_list_of(X509_CRL* crl, const Certificate& ca) {
  return X509_NAME_cmp(X509_CRL_get_issuer(crl), X509_get_subject_name(ca.get())) == 0 &&
         X509_CRL_verify(crl, X509_get0_pubkey(ca.get())) == 1;
}

}  // namespace

Result<Revocations> Revocations::from_pem(std::string_view pem, const Certificate& ca) {
  const auto bio = bio_over(pem);
  for (int i = 0; i < kListsMost; ++i) {
    const OwnedCrl crl(PEM_read_bio_X509_CRL(bio.get(), nullptr, nullptr, nullptr));
    if (!crl) break;
    if (!is_list_of(crl.get(), ca)) continue;
    Revocations out;
    auto* entries = X509_CRL_get_REVOKED(crl.get());
    for (int n = 0; n < sk_X509_REVOKED_num(entries); ++n)
      out.serials_.insert(
          serial_text(X509_REVOKED_get0_serialNumber(sk_X509_REVOKED_value(entries, n))));
    return out;
  }
  ERR_clear_error();  // the end of the bundle counts as an error there
  return fail(Errc::refused, "the revocation list is not signed by the given CA");
}

}  // namespace muster::x509
