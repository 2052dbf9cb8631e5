#include <fmt/format.h>

#include "proto/base/names.hpp"
#include "proto/x509/ca_crl.hpp"
#include "proto/x509/openssl.hpp"

namespace muster::x509 {
namespace {

constexpr std::int64_t kCrlMsPerSecond = 1000;

using OwnedNewCrl = Owned<X509_CRL, X509_CRL_free>;
using OwnedCrlEntry = Owned<X509_REVOKED, X509_REVOKED_free>;
using OwnedCrlTime = Owned<ASN1_TIME, ASN1_TIME_free>;
using OwnedCrlNumber = Owned<ASN1_INTEGER, ASN1_INTEGER_free>;

tl::unexpected<Error> crl_not_issued(std::string_view doing, const Certificate& ca) {
  return fail(Errc::invalid_data, fmt::format("cannot {} the revocation list of {}: {}", doing,
                                              base::quoted(ca.subject()), openssl_reason()));
}

OwnedCrlTime crl_time_at(std::int64_t unix_ms) {
  return OwnedCrlTime(ASN1_TIME_set(nullptr, unix_ms / kCrlMsPerSecond));
}

bool set_crl_times(X509_CRL* list, const CaCrlSpec& spec, const Certificate& ca) {
  const auto made = crl_time_at(spec.this_update_ms);
  if (!made || X509_CRL_set1_lastUpdate(list, made.get()) != 1) return false;
  if (spec.next_update_ms == 0)
    return X509_CRL_set1_nextUpdate(list, X509_get0_notAfter(ca.get())) == 1;
  const auto ends = crl_time_at(spec.next_update_ms);
  return ends && X509_CRL_set1_nextUpdate(list, ends.get()) == 1;
}

bool add_crl_entry(X509_CRL* list, const std::string& serial_hex, std::int64_t at_ms) {
  BIGNUM* raw = nullptr;
  const bool whole = !serial_hex.empty() &&
                     BN_hex2bn(&raw, serial_hex.c_str()) == static_cast<int>(serial_hex.size());
  const OwnedBn number(raw);
  const OwnedCrlNumber serial(whole ? BN_to_ASN1_INTEGER(number.get(), nullptr) : nullptr);
  OwnedCrlEntry entry(X509_REVOKED_new());
  const auto at = crl_time_at(at_ms);
  if (!serial || !entry || !at || X509_REVOKED_set_serialNumber(entry.get(), serial.get()) != 1 ||
      X509_REVOKED_set_revocationDate(entry.get(), at.get()) != 1 ||
      X509_CRL_add0_revoked(list, entry.get()) != 1)
    return false;
  entry.release();  // the list's now
  return true;
}

// As RFC 5280 asks of every list: whose key signed it, and its number.
bool add_crl_extensions(X509_CRL* list, const CaCrlSpec& spec, const Certificate& ca) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, ca.get(), nullptr, nullptr, list, 0);
  const Owned<X509_EXTENSION, X509_EXTENSION_free> signer(
      X509V3_EXT_conf_nid(nullptr, &context, NID_authority_key_identifier, "keyid"));
  if (signer) X509_CRL_add_ext(list, signer.get(), -1);  // a CA without a key identifier needs none
  ERR_clear_error();
  const OwnedCrlNumber number(ASN1_INTEGER_new());
  return number && ASN1_INTEGER_set_uint64(number.get(), spec.number) == 1 &&
         X509_CRL_add1_ext_i2d(list, NID_crl_number, number.get(), 0, 0) == 1;
}

}  // namespace

Result<CaCrl> issue_ca_crl(const CaCrlSpec& spec, const Certificate& ca, const Key& key) {
  if (!ca.matches(key))
    return fail(Errc::invalid_data,
                fmt::format("the key does not belong to the CA {}", base::quoted(ca.subject())));
  const OwnedNewCrl list(X509_CRL_new());
  if (!list || X509_CRL_set_version(list.get(), X509_CRL_VERSION_2) != 1 ||
      X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(ca.get())) != 1 ||
      !set_crl_times(list.get(), spec, ca))
    return crl_not_issued("begin", ca);
  for (const auto& serial : spec.serials_hex)
    if (!add_crl_entry(list.get(), serial, spec.this_update_ms))
      return crl_not_issued(fmt::format("put serial {} into", base::quoted(serial)), ca);
  if (!add_crl_extensions(list.get(), spec, ca)) return crl_not_issued("number", ca);
  X509_CRL_sort(list.get());
  if (X509_CRL_sign(list.get(), key.get(), EVP_sha256()) <= 0) return crl_not_issued("sign", ca);
  // Read back, so that it is exactly what others will see.
  return CaCrl::from_der(to_der<X509_CRL>(i2d_X509_CRL, list.get()));
}

}  // namespace muster::x509
