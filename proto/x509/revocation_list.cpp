#include "proto/x509/revocation_list.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "proto/base/names.hpp"
#include "proto/x509/crl.hpp"

namespace muster::x509 {
namespace {

using OwnedEnumerated = Owned<ASN1_ENUMERATED, ASN1_ENUMERATED_free>;

RevocationReason reason_of(const X509_REVOKED* entry) {
  const OwnedEnumerated code(static_cast<ASN1_ENUMERATED*>(
      X509_REVOKED_get_ext_d2i(entry, NID_crl_reason, nullptr, nullptr)));
  const auto reason = code ? static_cast<RevocationReason>(ASN1_ENUMERATED_get(code.get()))
                           : RevocationReason::unspecified;
  return name_of(reason) == "unspecified" ? RevocationReason::unspecified : reason;
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
  if (!root.is_ca())
    return fail(Errc::invalid_data, fmt::format("{} is no CA", base::quoted(root.subject())));
  std::vector<CrlEntry> entries;
  for (const auto& [serial, revoked] : content.entries)
    entries.push_back({serial, revoked.at_ms, static_cast<int>(revoked.reason)});
  MUSTER_ASSIGN(const auto der,
                issue_crl({content.number, content.at_ms}, entries, root, root_key));
  return from_der(der);  // so that it is exactly what others will see
}

Result<RevocationList> RevocationList::from_der(std::string_view der) {
  MUSTER_ASSIGN(auto crl, crl_from_der(der, kRevocationListMaxBytes));
  return from_crl(std::move(crl));
}

Result<RevocationList> RevocationList::from_pem(std::string_view pem, std::string_view name) {
  const auto bio = bio_over(pem);
  const auto crl = next_crl(bio.get());
  if (!crl)
    return fail(Errc::invalid_data,
                fmt::format("{} holds no revocation list in PEM, or a damaged one", name));
  auto list = from_der(crl_der(crl.get()));
  if (!list) return fail(list.error().within(std::string(name)));
  return list;
}

Result<RevocationList> RevocationList::from_crl(std::shared_ptr<X509_CRL> crl) {
  Content content;
  MUSTER_ASSIGN(const auto number, crl_number(crl.get()));
  if (number.value_or(0) == 0)
    return fail(Errc::invalid_data,
                "the revocation list has no number, so nobody could tell an older one from a newer "
                "one");
  content.number = *number;
  if (X509_CRL_get_ext_by_critical(crl.get(), 1, -1) >= 0)
    return fail(Errc::invalid_data,
                "the revocation list has a critical extension; it may be a part of a list");
  content.at_ms = time_ms(X509_CRL_get0_lastUpdate(crl.get()));
  MUSTER_TRY(few_enough(
      static_cast<std::size_t>(std::max(0, sk_X509_REVOKED_num(X509_CRL_get_REVOKED(crl.get()))))));
  each_revoked(crl.get(), [&content](const X509_REVOKED* entry) {
    content.entries.emplace(
        serial_text(X509_REVOKED_get0_serialNumber(entry)),
        Revoked{time_ms(X509_REVOKED_get0_revocationDate(entry)), reason_of(entry)});
  });
  return RevocationList(std::move(crl), std::move(content));
}

Status RevocationList::signed_by(const Certificate& root) const {
  if (crl_is_of(crl_.get(), root)) return {};
  return fail(Errc::refused,
              fmt::format("the revocation list of {} is not signed by {}",
                          base::quoted(issuer_common_name()), base::quoted(root.subject())));
}

std::string RevocationList::der() const {
  return crl_der(crl_.get());
}

std::string RevocationList::pem() const {
  return crl_pem(crl_.get());
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
