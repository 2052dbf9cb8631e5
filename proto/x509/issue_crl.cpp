#include <fmt/format.h>

#include "proto/base/names.hpp"
#include "proto/x509/crl.hpp"

namespace muster::x509 {
namespace {

constexpr std::int64_t kCrlMsPerSecond = 1000;

using OwnedNewCrl = Owned<X509_CRL, X509_CRL_free>;
using OwnedCrlEntry = Owned<X509_REVOKED, X509_REVOKED_free>;
using OwnedCrlTime = Owned<ASN1_TIME, ASN1_TIME_free>;
using OwnedCrlNumber = Owned<ASN1_INTEGER, ASN1_INTEGER_free>;
using OwnedCrlReason = Owned<ASN1_ENUMERATED, ASN1_ENUMERATED_free>;

tl::unexpected<Error> crl_not_issued(std::string_view doing, const Certificate& ca) {
  return fail(Errc::invalid_data, fmt::format("cannot {} the revocation list of {}: {}", doing,
                                              base::quoted(ca.subject()), openssl_reason()));
}

OwnedCrlTime crl_time_at(std::int64_t unix_ms) {
  return OwnedCrlTime(ASN1_TIME_set(nullptr, unix_ms / kCrlMsPerSecond));
}

bool set_crl_times(X509_CRL* crl, const CrlContent& content, const Certificate& ca) {
  const auto made = crl_time_at(content.this_update_ms);
  if (!made || X509_CRL_set1_lastUpdate(crl, made.get()) != 1) return false;
  if (content.next_update_ms == 0)
    return X509_CRL_set1_nextUpdate(crl, X509_get0_notAfter(ca.get())) == 1;
  const auto ends = crl_time_at(content.next_update_ms);
  return ends && X509_CRL_set1_nextUpdate(crl, ends.get()) == 1;
}

// RFC 5280: a reason that is unspecified is left out.
bool set_crl_reason(X509_REVOKED* entry, int reason) {
  if (reason == 0) return true;
  const OwnedCrlReason code(ASN1_ENUMERATED_new());
  return code && ASN1_ENUMERATED_set(code.get(), reason) == 1 &&
         X509_REVOKED_add1_ext_i2d(entry, NID_crl_reason, code.get(), 0, 0) == 1;
}

bool add_crl_entry(X509_CRL* crl, const CrlEntry& revoked) {
  BIGNUM* raw = nullptr;
  const auto& digits = revoked.serial_hex;
  const bool whole =
      !digits.empty() && BN_hex2bn(&raw, digits.c_str()) == static_cast<int>(digits.size());
  const OwnedBn number(raw);
  const OwnedCrlNumber serial(whole ? BN_to_ASN1_INTEGER(number.get(), nullptr) : nullptr);
  OwnedCrlEntry entry(X509_REVOKED_new());
  const auto at = crl_time_at(revoked.at_ms);
  if (!serial || !entry || !at || X509_REVOKED_set_serialNumber(entry.get(), serial.get()) != 1 ||
      X509_REVOKED_set_revocationDate(entry.get(), at.get()) != 1 ||
      !set_crl_reason(entry.get(), revoked.reason) || X509_CRL_add0_revoked(crl, entry.get()) != 1)
    return false;
  entry.release();  // the list's now
  return true;
}

// As RFC 5280 asks of every list: whose key signed it, and its number.
bool add_crl_extensions(X509_CRL* crl, const CrlContent& content, const Certificate& ca) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, ca.get(), nullptr, nullptr, crl, 0);
  if (X509_get0_subject_key_id(ca.get()) != nullptr) {  // a CA without one needs none
    const OwnedExtension signer(
        X509V3_EXT_conf_nid(nullptr, &context, NID_authority_key_identifier, "keyid:always"));
    if (!signer || X509_CRL_add_ext(crl, signer.get(), -1) != 1) return false;
  }
  const OwnedCrlNumber number(ASN1_INTEGER_new());
  return number && ASN1_INTEGER_set_uint64(number.get(), content.number) == 1 &&
         X509_CRL_add1_ext_i2d(crl, NID_crl_number, number.get(), 0, 0) == 1;
}

}  // namespace

Result<std::string> issue_crl(const CrlContent& content, const std::vector<CrlEntry>& entries,
                              const Certificate& ca, const Key& key) {
  if (!ca.matches(key))
    return fail(Errc::invalid_data,
                fmt::format("the key does not belong to the CA {}", base::quoted(ca.subject())));
  const OwnedNewCrl crl(X509_CRL_new());
  if (!crl || X509_CRL_set_version(crl.get(), X509_CRL_VERSION_2) != 1 ||
      X509_CRL_set_issuer_name(crl.get(), X509_get_subject_name(ca.get())) != 1 ||
      !set_crl_times(crl.get(), content, ca))
    return crl_not_issued("begin", ca);
  for (const auto& entry : entries)
    if (!add_crl_entry(crl.get(), entry))
      return crl_not_issued(fmt::format("put serial {} into", base::quoted(entry.serial_hex)), ca);
  if (!add_crl_extensions(crl.get(), content, ca)) return crl_not_issued("number", ca);
  if (X509_CRL_sort(crl.get()) != 1 || X509_CRL_sign(crl.get(), key.get(), EVP_sha256()) <= 0)
    return crl_not_issued("sign", ca);
  return crl_der(crl.get());
}

}  // namespace muster::x509
