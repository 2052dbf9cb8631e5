#include "proto/x509/revocation_list.hpp"

#include <fmt/format.h>
#include <openssl/pem.h>

#include <algorithm>
#include <functional>

#include "proto/base/names.hpp"
#include "proto/x509/openssl.hpp"

namespace muster::x509 {
namespace {

using OwnedList = Owned<X509_CRL, X509_CRL_free>;
using OwnedEntry = Owned<X509_REVOKED, X509_REVOKED_free>;
using OwnedInteger = Owned<ASN1_INTEGER, ASN1_INTEGER_free>;
using OwnedEnumerated = Owned<ASN1_ENUMERATED, ASN1_ENUMERATED_free>;
using OwnedTime = Owned<ASN1_TIME, ASN1_TIME_free>;

tl::unexpected<Error> no_list(std::string_view problem) {
  ERR_clear_error();
  return fail(Errc::invalid_data, fmt::format("the revocation list {}", problem));
}

Result<std::uint64_t> number_of(const X509_CRL* crl) {
  const OwnedInteger number(
      static_cast<ASN1_INTEGER*>(X509_CRL_get_ext_d2i(crl, NID_crl_number, nullptr, nullptr)));
  std::uint64_t value = 0;
  if (!number || ASN1_INTEGER_get_uint64(&value, number.get()) != 1 || value == 0)
    return no_list("has no number, so nobody could tell an older one from a newer one");
  return value;
}

RevocationReason reason_of(const X509_REVOKED* entry) {
  const OwnedEnumerated code(static_cast<ASN1_ENUMERATED*>(
      X509_REVOKED_get_ext_d2i(entry, NID_crl_reason, nullptr, nullptr)));
  const auto reason = code ? static_cast<RevocationReason>(ASN1_ENUMERATED_get(code.get()))
                           : RevocationReason::unspecified;
  return name_of(reason) == "unspecified" ? RevocationReason::unspecified : reason;
}

bool set_time(const std::int64_t ms, const std::function<int(ASN1_TIME*)>& set) {
  const OwnedTime time(ASN1_TIME_set(nullptr, ms / 1000));
  return time && set(time.get()) == 1;
}

bool add_entry(X509_CRL* crl, const std::string& serial_hex, const Revoked& revoked) {
  OwnedEntry entry(X509_REVOKED_new());
  const OwnedEnumerated reason(ASN1_ENUMERATED_new());
  BIGNUM* bare = nullptr;
  const bool read = BN_hex2bn(&bare, serial_hex.c_str()) == static_cast<int>(serial_hex.size());
  const OwnedBn number(bare);
  const OwnedInteger serial(read ? BN_to_ASN1_INTEGER(number.get(), nullptr) : nullptr);
  const bool made =
      entry && reason && serial && X509_REVOKED_set_serialNumber(entry.get(), serial.get()) == 1 &&
      set_time(
          revoked.at_ms,
          [&](ASN1_TIME* time) { return X509_REVOKED_set_revocationDate(entry.get(), time); }) &&
      ASN1_ENUMERATED_set(reason.get(), static_cast<long>(revoked.reason)) == 1 &&
      // RFC 5280: a reason that is unspecified is left out.
      (revoked.reason == RevocationReason::unspecified ||
       X509_REVOKED_add1_ext_i2d(entry.get(), NID_crl_reason, reason.get(), 0, 0) == 1) &&
      X509_CRL_add0_revoked(crl, entry.get()) == 1;
  if (made) entry.release();
  return made;
}

bool add_extensions(X509_CRL* crl, const Certificate& root, std::uint64_t number) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, root.get(), nullptr, nullptr, crl, 0);
  const Owned<X509_EXTENSION, X509_EXTENSION_free> issuer(
      X509V3_EXT_conf_nid(nullptr, &context, NID_authority_key_identifier, "keyid:always"));
  const OwnedInteger value(ASN1_INTEGER_new());
  return issuer && X509_CRL_add_ext(crl, issuer.get(), -1) == 1 && value &&
         ASN1_INTEGER_set_uint64(value.get(), number) == 1 &&
         X509_CRL_add1_ext_i2d(crl, NID_crl_number, value.get(), 0, 0) == 1;
}

bool fill(X509_CRL* crl, const RevocationList::Content& content, const Certificate& root) {
  if (X509_CRL_set_version(crl, X509_CRL_VERSION_2) != 1 ||
      X509_CRL_set_issuer_name(crl, X509_get_subject_name(root.get())) != 1 ||
      !set_time(content.at_ms,
                [&](ASN1_TIME* time) { return X509_CRL_set1_lastUpdate(crl, time); }) ||
      X509_CRL_set1_nextUpdate(crl, X509_get0_notAfter(root.get())) != 1)
    return false;
  for (const auto& [serial, revoked] : content.entries)
    if (!add_entry(crl, serial, revoked)) return false;
  return X509_CRL_sort(crl) == 1 && add_extensions(crl, root, content.number);
}

Status few_enough(std::size_t entries) {
  if (entries <= kRevokedMax) return {};
  return fail(Errc::limit, fmt::format("a revocation list of {} certificates; the limit is {}",
                                       entries, kRevokedMax));
}

}  // namespace

Result<RevocationList> RevocationList::issue(const Content& content, const Certificate& root,
                                             const Key& root_key) {
  MUSTER_TRY(few_enough(content.entries.size()));
  if (!root.matches(root_key) || !root.is_ca())
    return fail(Errc::invalid_data,
                fmt::format("the key does not belong to the CA {}", base::quoted(root.subject())));
  const OwnedList crl(X509_CRL_new());
  if (!crl || !fill(crl.get(), content, root) ||
      X509_CRL_sign(crl.get(), root_key.get(), EVP_sha256()) <= 0)
    return fail(Errc::invalid_data, "cannot make a revocation list: " + openssl_reason());
  // Read back, so that it is exactly what others will see.
  return from_der(to_der<X509_CRL>(i2d_X509_CRL, crl.get()));
}

Result<RevocationList> RevocationList::from_der(std::string_view der) {
  if (der.size() > kRevocationListMaxBytes)
    return fail(Errc::limit, fmt::format("a revocation list of {} bytes; the limit is {}",
                                         der.size(), kRevocationListMaxBytes));
  const auto* at = bytes_of(der);
  std::shared_ptr<X509_CRL> crl(d2i_X509_CRL(nullptr, &at, static_cast<long>(der.size())),
                                X509_CRL_free);
  if (!crl || at != bytes_of(der) + der.size()) return no_list("is damaged");
  return from_crl(std::move(crl));
}

Result<RevocationList> RevocationList::from_pem(std::string_view pem, std::string_view name) {
  const auto bio = bio_over(pem);
  const OwnedList crl(PEM_read_bio_X509_CRL(bio.get(), nullptr, nullptr, nullptr));
  if (!crl) {
    ERR_clear_error();
    return fail(Errc::invalid_data,
                fmt::format("{} holds no revocation list in PEM, or a damaged one", name));
  }
  auto list = from_der(to_der<X509_CRL>(i2d_X509_CRL, crl.get()));
  if (!list) return fail(list.error().within(std::string(name)));
  return list;
}

Result<RevocationList> RevocationList::from_crl(std::shared_ptr<X509_CRL> crl) {
  Content content;
  MUSTER_ASSIGN(content.number, number_of(crl.get()));
  if (X509_CRL_get_ext_by_critical(crl.get(), 1, -1) >= 0)
    return no_list("has a critical extension; it may be a part of a list");
  content.at_ms = time_ms(X509_CRL_get0_lastUpdate(crl.get()));
  auto* entries = X509_CRL_get_REVOKED(crl.get());
  MUSTER_TRY(few_enough(static_cast<std::size_t>(std::max(0, sk_X509_REVOKED_num(entries)))));
  for (int i = 0; i < sk_X509_REVOKED_num(entries); ++i) {
    const auto* entry = sk_X509_REVOKED_value(entries, i);
    content.entries.emplace(
        serial_text(X509_REVOKED_get0_serialNumber(entry)),
        Revoked{time_ms(X509_REVOKED_get0_revocationDate(entry)), reason_of(entry)});
  }
  return RevocationList(std::move(crl), std::move(content));
}

Status RevocationList::signed_by(const Certificate& root) const {
  const bool its =
      X509_NAME_cmp(X509_CRL_get_issuer(crl_.get()), X509_get_subject_name(root.get())) == 0 &&
      X509_CRL_verify(crl_.get(), X509_get0_pubkey(root.get())) == 1;
  ERR_clear_error();
  if (its) return {};
  return fail(Errc::refused,
              fmt::format("the revocation list of {} is not signed by {}",
                          base::quoted(issuer_common_name()), base::quoted(root.subject())));
}

std::string RevocationList::der() const {
  return to_der<X509_CRL>(i2d_X509_CRL, crl_.get());
}

std::string RevocationList::pem() const {
  const OwnedBio bio(BIO_new(BIO_s_mem()));
  if (!bio || PEM_write_bio_X509_CRL(bio.get(), crl_.get()) != 1) return {};
  return bio_text(bio.get());
}

std::string RevocationList::issuer_common_name() const {
  return name_entry(X509_CRL_get_issuer(crl_.get()), NID_commonName);
}

std::optional<Revoked> RevocationList::find(const std::string& serial_hex) const {
  const auto found = entries().find(serial_hex);
  if (found == entries().end()) return std::nullopt;
  return found->second;
}

}  // namespace muster::x509
