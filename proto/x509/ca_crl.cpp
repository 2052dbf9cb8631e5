#include "proto/x509/ca_crl.hpp"

#include <fmt/format.h>

#include "proto/base/names.hpp"
#include "proto/x509/crl.hpp"

namespace muster::x509 {
namespace {

Result<std::int64_t> crl_time_of(const ASN1_TIME* time) {
  if (time != nullptr && ASN1_TIME_check(time) == 1) return time_ms(time);
  ERR_clear_error();
  return fail(Errc::invalid_data, "a revocation list without a time that can be read");
}

}  // namespace

Result<CaCrl> CaCrl::checked(std::shared_ptr<X509_CRL> list) {
  CaCrl out(std::move(list));
  MUSTER_ASSIGN(const auto number, crl_number(out.list_.get()));
  out.number_ = number.value_or(0);
  MUSTER_ASSIGN(out.this_update_ms_, crl_time_of(X509_CRL_get0_lastUpdate(out.list_.get())));
  if (const auto* next = X509_CRL_get0_nextUpdate(out.list_.get()); next != nullptr) {
    MUSTER_ASSIGN(out.next_update_ms_, crl_time_of(next));
  }
  return out;
}

Result<CaCrl> CaCrl::from_der(std::string_view der) {
  MUSTER_ASSIGN(auto list, crl_from_der(der, kCaCrlMaxBytes));
  return checked(std::move(list));
}

Result<std::vector<CaCrl>> CaCrl::all_from_pem(std::string_view pem) {
  const auto bio = bio_over(pem);
  std::vector<CaCrl> out;
  for (int i = 0; i < kCrlsOfBundleMax; ++i) {
    auto list = next_crl(bio.get());
    if (!list) break;
    MUSTER_ASSIGN(auto one, checked(std::move(list)));
    out.push_back(std::move(one));
  }
  if (out.empty()) return fail(Errc::invalid_data, "there is no revocation list in it");
  return out;
}

Result<CaCrl> CaCrl::from_pem(std::string_view pem, const Certificate& ca) {
  MUSTER_ASSIGN(const auto all, all_from_pem(pem));
  const CaCrl* best = nullptr;
  for (const auto& each : all)
    if (each.check_signed_by(ca) && (best == nullptr || each.newer_than(*best))) best = &each;
  if (best != nullptr) return *best;
  return fail(Errc::refused,
              fmt::format("no revocation list in it is signed by {}", base::quoted(ca.subject())));
}

std::string CaCrl::der() const {
  return crl_der(list_.get());
}

std::string CaCrl::pem() const {
  return crl_pem(list_.get());
}

std::size_t CaCrl::size() const {
  std::size_t count = 0;
  each_revoked(list_.get(), [&count](const X509_REVOKED*) { ++count; });
  return count;
}

bool CaCrl::contains(const std::string& serial_hex) const {
  bool found = false;
  each_revoked(list_.get(), [&](const X509_REVOKED* entry) {
    found = found || serial_text(X509_REVOKED_get0_serialNumber(entry)) == serial_hex;
  });
  return found;
}

Status CaCrl::check_signed_by(const Certificate& ca) const {
  if (crl_is_of(list_.get(), ca)) return {};
  return fail(Errc::refused,
              fmt::format("the revocation list is not signed by {}", base::quoted(ca.subject())));
}

bool CaCrl::newer_than(const CaCrl& other) const {
  if (number_ != other.number_) return number_ > other.number_;
  return this_update_ms_ > other.this_update_ms_;
}

bool CaCrl::current_at(std::int64_t now_ms) const {
  return this_update_ms_ <= now_ms && (next_update_ms_ == 0 || now_ms < next_update_ms_);
}

Result<CaCrl> issue_ca_crl(const CaCrlSpec& spec, const Certificate& ca, const Key& key) {
  std::vector<CrlEntry> entries;
  for (const auto& serial : spec.serials_hex) entries.push_back({serial, spec.this_update_ms, 0});
  MUSTER_ASSIGN(const auto der, issue_crl({spec.number, spec.this_update_ms, spec.next_update_ms},
                                          entries, ca, key));
  return CaCrl::from_der(der);  // so that it is exactly what others will see
}

}  // namespace muster::x509
