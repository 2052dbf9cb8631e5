#include "proto/x509/revocations.hpp"

#include "proto/x509/crl.hpp"

namespace muster::x509 {
namespace {

constexpr int kListsMost = 64;  // of a bundle, are looked at

}  // namespace

Result<Revocations> Revocations::from_pem(std::string_view pem, const Certificate& ca) {
  const auto bio = bio_over(pem);
  for (int i = 0; i < kListsMost; ++i) {
    const auto crl = next_crl(bio.get());
    if (!crl) break;
    if (!crl_is_of(crl.get(), ca)) continue;
    Revocations out;
    each_revoked(crl.get(), [&out](const X509_REVOKED* entry) {
      out.serials_.insert(serial_text(X509_REVOKED_get0_serialNumber(entry)));
    });
    return out;
  }
  return fail(Errc::refused, "the revocation list is not signed by the given CA");
}

}  // namespace muster::x509
