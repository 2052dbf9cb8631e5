#include "plugins/agents/provision/revocation_list.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <memory>

namespace muster::plugins::provision {
namespace {

constexpr int kListsMost = 64;

struct FreeBio {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
struct FreeCrl {
  void operator()(X509_CRL* crl) const { X509_CRL_free(crl); }
};

bool is_of(X509_CRL* crl, const x509::Certificate& ca) {
  return X509_NAME_cmp(X509_CRL_get_issuer(crl), X509_get_subject_name(ca.get())) == 0 &&
         X509_CRL_verify(crl, X509_get0_pubkey(ca.get())) == 1;
}

}  // namespace

Status check_not_revoked(const std::string& crl_pem, const x509::Certificate& ca,
                         const x509::Certificate& certificate) {
  const std::unique_ptr<BIO, FreeBio> bio(
      BIO_new_mem_buf(crl_pem.data(), static_cast<int>(crl_pem.size())));
  for (int i = 0; i < kListsMost; ++i) {
    const std::unique_ptr<X509_CRL, FreeCrl> crl(
        PEM_read_bio_X509_CRL(bio.get(), nullptr, nullptr, nullptr));
    if (!crl) break;
    if (!is_of(crl.get(), ca)) continue;
    X509_REVOKED* entry = nullptr;
    if (X509_CRL_get0_by_cert(crl.get(), &entry, certificate.get()) == 0) return {};
    return fail(Errc::refused,
                fmt::format("the certificate with serial {} has been revoked; clean it and "
                            "request another",
                            certificate.serial_hex()));
  }
  ERR_clear_error();  // the end of the bundle counts as an error there
  return fail(Errc::refused, "the revocation list is not signed by the given CA");
}

}  // namespace muster::plugins::provision
