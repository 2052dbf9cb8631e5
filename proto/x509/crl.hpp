// What all readers and makers of certificate revocation lists (RFC 5280, section 5) have in common, over OpenSSL. For the
// .cpp files of this folder.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/result.hpp"
#include "proto/x509/certificate.hpp"
#include "proto/x509/openssl.hpp"

namespace muster::x509 {

using SharedCrl = std::shared_ptr<X509_CRL>;

// Errc::limit above `max_bytes`, Errc::invalid_data unless it is one list and nothing behind it.
Result<SharedCrl> crl_from_der(std::string_view der, std::size_t max_bytes);
// The next of a PEM bundle; null at its end, which for OpenSSL is an error: it is forgotten.
SharedCrl next_crl(BIO* bundle);
std::string crl_der(const X509_CRL* crl);
std::string crl_pem(X509_CRL* crl);

// Whether the issuer's name is `ca`'s and its key made the signature.
bool crl_is_of(X509_CRL* crl, const Certificate& ca);
// cRLNumber; nothing when it has none. Errc::invalid_data when that is no number of 64 bits.
Result<std::optional<std::uint64_t>> crl_number(const X509_CRL* crl);
// Each revoked certificate.
void each_revoked(X509_CRL* crl, const std::function<void(const X509_REVOKED*)>& each);

struct CrlContent {
  std::uint64_t number = 1;
  std::int64_t this_update_ms = 0;
  std::int64_t next_update_ms = 0;  // 0: the CA's own end
};
struct CrlEntry {
  std::string serial_hex;  // as Certificate::serial_hex()
  std::int64_t at_ms = 0;
  int reason = 0;  // RFC 5280, 5.3.1; 0 is left out
};
// In DER. Errc::invalid_data when key, times or serials do not fit.
Result<std::string> issue_crl(const CrlContent& content, const std::vector<CrlEntry>& entries,
                              const Certificate& ca, const Key& key);

}  // namespace muster::x509
