// The certificate revocation list of a CA (RFC 5280, section 5) as a whole, as large as Puppet CAs' become: read,
// judged, carried on, made. The serials of one, looked up quickly, are in revocations.hpp.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/result.hpp"
#include "proto/x509/certificate.hpp"

using X509_CRL = struct X509_crl_st;

namespace muster::x509 {

inline constexpr std::size_t kCaCrlMaxBytes =
    32 * 1024 * 1024;  // DER: about 900,000 revoked certificates
inline constexpr int kCrlsOfBundleMax = 64;

// Immutable, cheap to copy, thread-safe.
class CaCrl {
 public:
  // Errc::limit above kCaCrlMaxBytes; Errc::invalid_data unless it is one list and nothing behind it,
  // its number (cRLNumber; 0 when it has none) has 64 bits, and its times can be read.
  static Result<CaCrl> from_der(std::string_view der);
  // Of a PEM bundle, the one that `ca` signed; of several the newest (newer_than). Errc::refused when
  // there is none.
  static Result<CaCrl> from_pem(std::string_view pem, const Certificate& ca);
  // All lists of a PEM bundle, at most kCrlsOfBundleMax. Errc::invalid_data when it has none.
  static Result<std::vector<CaCrl>> all_from_pem(std::string_view pem);

  std::string der() const;
  std::string pem() const;
  std::uint64_t number() const { return number_; }
  std::int64_t this_update_ms() const { return this_update_ms_; }
  std::int64_t next_update_ms() const { return next_update_ms_; }  // 0: it never ends
  std::size_t size() const;                                        // revoked certificates
  // `serial_hex` as Certificate::serial_hex() writes it.
  bool contains(const std::string& serial_hex) const;

  // Errc::refused unless the issuer's name is `ca`'s and its key made the signature.
  Status check_signed_by(const Certificate& ca) const;
  // Whether its number is higher; of one number, whether it was made later. Both of one CA.
  bool newer_than(const CaCrl& other) const;
  // A TLS server refuses all certificates of a CA whose list is not current.
  bool current_at(std::int64_t now_ms) const;

 private:
  explicit CaCrl(std::shared_ptr<X509_CRL> list) : list_(std::move(list)) {}
  static Result<CaCrl> checked(std::shared_ptr<X509_CRL> list);

  std::shared_ptr<X509_CRL> list_;
  std::uint64_t number_ = 0;
  std::int64_t this_update_ms_ = 0;
  std::int64_t next_update_ms_ = 0;
};

struct CaCrlSpec {
  std::vector<std::string> serials_hex = {};  // as Certificate::serial_hex()
  std::uint64_t number = 1;
  std::int64_t this_update_ms = 0;
  std::int64_t next_update_ms = 0;  // 0: the CA's own end, so that nobody is locked out before
};

// Signed with `key`, which must be the CA's. Errc::invalid_data when key or serials do not fit.
Result<CaCrl> issue_ca_crl(const CaCrlSpec& spec, const Certificate& ca, const Key& key);

}  // namespace muster::x509
