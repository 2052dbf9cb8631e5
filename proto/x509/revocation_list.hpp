// A certificate revocation list (RFC 5280, section 5) of one of Muster's own roots: made, read, asked.
// Puppet's lists, of which only the serials count, are in revocations.hpp.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "proto/base/result.hpp"
#include "proto/x509/certificate.hpp"

using X509_CRL = struct X509_crl_st;

namespace muster::x509 {

inline constexpr std::size_t kRevocationListMaxBytes =
    768 * 1024;                                     // in DER: it travels in a message
inline constexpr std::size_t kRevokedMax = 10'000;  // certificates in one list

// The reasons of RFC 5280, section 5.3.1, that a person may give.
enum class RevocationReason {
  unspecified = 0,
  key_compromise = 1,
  affiliation_changed = 3,
  superseded = 4,
  cessation_of_operation = 5,
  privilege_withdrawn = 9
};
// "key-compromise", as `muster operator revoke --reason` takes it; "unspecified" for any other code.
std::string_view name_of(RevocationReason reason);
// Errc::config, with the nearest valid word, for anything else.
Result<RevocationReason> revocation_reason_from(std::string_view text);

struct Revoked {
  std::int64_t at_ms = 0;
  RevocationReason reason = RevocationReason::unspecified;

  // "its certificate was revoked on 2026-11-29T01:02:03Z (key-compromise)"
  std::string text() const;
};

// Immutable, cheap to copy, thread-safe.
class RevocationList {
 public:
  using Entries = std::map<std::string, Revoked>;  // by Certificate::serial_hex()

  // What a root that issues a list says. The list is good until the root ends: there is no service
  // that would make a new one in time, and an old list is better than none.
  struct Content {
    std::uint64_t number = 1;  // grows with each list of this root
    std::int64_t at_ms = 0;
    Entries entries;
  };
  // Errc::limit beyond kRevokedMax, Errc::invalid_data when key and root do not go together.
  static Result<RevocationList> issue(const Content& content, const Certificate& root,
                                      const Key& root_key);

  // DER, nothing behind it. Errc::invalid_data for what is no list, has no number, or has an
  // extension that is critical and unknown here (a part of a list, RFC 5280 5.2.4); Errc::limit
  // beyond the limits above. Who signed it is not judged: see signed_by().
  static Result<RevocationList> from_der(std::string_view der);
  // The first of a PEM file. `name` is said in errors.
  static Result<RevocationList> from_pem(std::string_view pem, std::string_view name);

  // Errc::refused unless `root` itself signed it.
  Status signed_by(const Certificate& root) const;

  std::string der() const;
  std::string pem() const;
  std::string issuer_common_name() const;
  std::uint64_t number() const { return content_->number; }
  std::int64_t at_ms() const { return content_->at_ms; }
  const Entries& entries() const { return content_->entries; }
  std::optional<Revoked> find(const std::string& serial_hex) const;

 private:
  RevocationList(std::shared_ptr<X509_CRL> crl, Content content)
      : crl_(std::move(crl)), content_(std::make_shared<const Content>(std::move(content))) {}
  static Result<RevocationList> from_crl(std::shared_ptr<X509_CRL> crl);

  std::shared_ptr<X509_CRL> crl_;
  std::shared_ptr<const Content> content_;
};

}  // namespace muster::x509
