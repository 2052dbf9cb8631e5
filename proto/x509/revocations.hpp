// Certificate revocation lists (RFC 5280, section 5), as far as one asks them about a serial.
#pragma once

#include <string>
#include <string_view>
#include <unordered_set>

#include "proto/base/result.hpp"
#include "proto/x509/certificate.hpp"

namespace muster::x509 {

// A CA's list with 1,000,000 entries is 40 MB as PEM.
inline constexpr std::size_t kRevocationsMaxBytes = 64 * 1024 * 1024;

// The serials that one CA has revoked. A value; safe to read from several threads.
class Revocations {
 public:
  // Of a PEM bundle, the first list that `ca` has signed. Errc::refused when there is none. Whether
  // the list is still current (nextUpdate) is not judged: what it revokes stays revoked.
  static Result<Revocations> from_pem(std::string_view pem, const Certificate& ca);

  // `serial_hex` as Certificate::serial_hex() writes it.
  bool contains(const std::string& serial_hex) const { return serials_.contains(serial_hex); }
  std::size_t size() const { return serials_.size(); }

 private:
  std::unordered_set<std::string> serials_;
};

}  // namespace muster::x509
