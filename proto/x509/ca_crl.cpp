#include "proto/x509/ca_crl.hpp"

#include <fmt/format.h>
#include <openssl/pem.h>

#include "proto/base/names.hpp"
#include "proto/x509/openssl.hpp"

namespace muster::x509 {
namespace {

constexpr std::int64_t kCrlSecondMs = 1000;
constexpr std::int64_t kCrlDaySeconds = 86'400;

using SharedCrl = std::shared_ptr<X509_CRL>;
using OwnedCrlInteger = Owned<ASN1_INTEGER, ASN1_INTEGER_free>;
using OwnedCrlMoment = Owned<ASN1_TIME, ASN1_TIME_free>;

Result<std::int64_t> crl_time_of(const ASN1_TIME* time) {
  const OwnedCrlMoment epoch(ASN1_TIME_set(nullptr, 0));
  int days = 0;
  int seconds = 0;
  if (!epoch || time == nullptr || ASN1_TIME_diff(&days, &seconds, epoch.get(), time) != 1) {
    ERR_clear_error();
    return fail(Errc::invalid_data, "a revocation list without a time that can be read");
  }
  return (std::int64_t{days} * kCrlDaySeconds + seconds) * kCrlSecondMs;
}

Result<std::uint64_t> crl_number_of(const X509_CRL* list) {
  int critical = -1;
  const OwnedCrlInteger number(
      static_cast<ASN1_INTEGER*>(X509_CRL_get_ext_d2i(list, NID_crl_number, &critical, nullptr)));
  if (!number && critical == -1) return std::uint64_t{0};  // there is none
  std::uint64_t value = 0;
  if (number && ASN1_INTEGER_get_uint64(&value, number.get()) == 1) return value;
  ERR_clear_error();
  return fail(Errc::invalid_data, "a revocation list whose number is none of 64 bits");
}

SharedCrl shared_crl(X509_CRL* list) {
  return {list, X509_CRL_free};
}

}  // namespace

Result<CaCrl> CaCrl::checked(std::shared_ptr<X509_CRL> list) {
  CaCrl out(std::move(list));
  MUSTER_ASSIGN(out.number_, crl_number_of(out.list_.get()));
  MUSTER_ASSIGN(out.this_update_ms_, crl_time_of(X509_CRL_get0_lastUpdate(out.list_.get())));
  if (const auto* next = X509_CRL_get0_nextUpdate(out.list_.get()); next != nullptr) {
    MUSTER_ASSIGN(out.next_update_ms_, crl_time_of(next));
  }
  return out;
}

Result<CaCrl> CaCrl::from_der(std::string_view der) {
  if (der.size() > kCaCrlMaxBytes)
    return fail(Errc::limit, fmt::format("a revocation list of {} bytes; the limit is {}",
                                         der.size(), kCaCrlMaxBytes));
  const auto* at = bytes_of(der);
  auto list = shared_crl(d2i_X509_CRL(nullptr, &at, static_cast<long>(der.size())));
  if (!list || at != bytes_of(der) + der.size())
    return fail(Errc::invalid_data,
                fmt::format("this is no revocation list: {}", openssl_reason()));
  return checked(std::move(list));
}

Result<std::vector<CaCrl>> CaCrl::all_from_pem(std::string_view pem) {
  const auto bio = bio_over(pem);
  std::vector<CaCrl> out;
  for (int i = 0; i < kCrlsOfBundleMax; ++i) {
    auto list = shared_crl(PEM_read_bio_X509_CRL(bio.get(), nullptr, nullptr, nullptr));
    if (!list) break;
    MUSTER_ASSIGN(auto one, checked(std::move(list)));
    out.push_back(std::move(one));
  }
  ERR_clear_error();  // the end of the bundle counts as an error there
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
  return to_der<X509_CRL>(i2d_X509_CRL, list_.get());
}

std::string CaCrl::pem() const {
  const OwnedBio bio(BIO_new(BIO_s_mem()));
  if (!bio || PEM_write_bio_X509_CRL(bio.get(), list_.get()) != 1) return {};
  return bio_text(bio.get());
}

std::size_t CaCrl::size() const {
  const int count = sk_X509_REVOKED_num(X509_CRL_get_REVOKED(list_.get()));
  return count < 0 ? 0 : static_cast<std::size_t>(count);
}

bool CaCrl::contains(const std::string& serial_hex) const {
  auto* entries = X509_CRL_get_REVOKED(list_.get());
  for (int n = 0; n < sk_X509_REVOKED_num(entries); ++n)
    if (serial_text(X509_REVOKED_get0_serialNumber(sk_X509_REVOKED_value(entries, n))) ==
        serial_hex)
      return true;
  return false;
}

Status CaCrl::check_signed_by(const Certificate& ca) const {
  if (X509_NAME_cmp(X509_CRL_get_issuer(list_.get()), X509_get_subject_name(ca.get())) == 0 &&
      X509_CRL_verify(list_.get(), X509_get0_pubkey(ca.get())) == 1)
    return {};
  ERR_clear_error();
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

}  // namespace muster::x509
