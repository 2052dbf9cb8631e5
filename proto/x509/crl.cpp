#include "proto/x509/crl.hpp"

#include <fmt/format.h>
#include <openssl/pem.h>

namespace muster::x509 {
namespace {

using OwnedCrlInteger = Owned<ASN1_INTEGER, ASN1_INTEGER_free>;

SharedCrl shared(X509_CRL* crl) {
  return {crl, X509_CRL_free};
}

}  // namespace

Result<SharedCrl> crl_from_der(std::string_view der, std::size_t max_bytes) {
  if (der.size() > max_bytes)
    return fail(Errc::limit, fmt::format("a revocation list of {} bytes; the limit is {}",
                                         der.size(), max_bytes));
  const auto* at = bytes_of(der);
  auto crl = shared(d2i_X509_CRL(nullptr, &at, static_cast<long>(der.size())));
  if (crl && at == bytes_of(der) + der.size()) return crl;
  return fail(Errc::invalid_data,
              fmt::format("the revocation list is damaged: {}", openssl_reason()));
}

SharedCrl next_crl(BIO* bundle) {
  auto crl = shared(PEM_read_bio_X509_CRL(bundle, nullptr, nullptr, nullptr));
  if (!crl) ERR_clear_error();
  return crl;
}

std::string crl_der(const X509_CRL* crl) {
  return to_der<X509_CRL>(i2d_X509_CRL, crl);
}

std::string crl_pem(X509_CRL* crl) {
  const OwnedBio bio(BIO_new(BIO_s_mem()));
  if (!bio || PEM_write_bio_X509_CRL(bio.get(), crl) != 1) return {};
  return bio_text(bio.get());
}

bool crl_is_of(X509_CRL* crl, const Certificate& ca) {
  const bool its = X509_NAME_cmp(X509_CRL_get_issuer(crl), X509_get_subject_name(ca.get())) == 0 &&
                   X509_CRL_verify(crl, X509_get0_pubkey(ca.get())) == 1;
  ERR_clear_error();
  return its;
}

Result<std::optional<std::uint64_t>> crl_number(const X509_CRL* crl) {
  int critical = -1;
  const OwnedCrlInteger number(
      static_cast<ASN1_INTEGER*>(X509_CRL_get_ext_d2i(crl, NID_crl_number, &critical, nullptr)));
  if (!number && critical == -1) return std::nullopt;
  std::uint64_t value = 0;
  if (number && ASN1_INTEGER_get_uint64(&value, number.get()) == 1) return value;
  ERR_clear_error();
  return fail(Errc::invalid_data, "a revocation list whose number is none of 64 bits");
}

void each_revoked(X509_CRL* crl, const std::function<void(const X509_REVOKED*)>& each) {
  auto* entries = X509_CRL_get_REVOKED(crl);
  for (int n = 0; n < sk_X509_REVOKED_num(entries); ++n) each(sk_X509_REVOKED_value(entries, n));
}

}  // namespace muster::x509
