// X.509 certificates: reading them, asking one about itself, issuing new ones (RFC 5280).
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/result.hpp"
#include "proto/x509/extension.hpp"
#include "proto/x509/key.hpp"

using X509 = struct x509_st;

namespace muster::x509 {

// Immutable, cheap to copy, thread-safe.
class Certificate {
 public:
  static Result<Certificate> from_der(std::string_view der);
  static Result<Certificate> from_pem(std::string_view pem,
                                      std::string_view name);  // the first one
  static Result<Certificate> from_file(const std::filesystem::path& path);
  // All certificates of a PEM bundle; at most 64.
  static Result<std::vector<Certificate>> all_from_pem(std::string_view pem, std::string_view name);
  explicit Certificate(std::shared_ptr<X509> cert) : cert_(std::move(cert)) {}

  std::string der() const;
  std::string pem() const;
  // The same as OpenSSL's "TRUSTED CERTIFICATE", trusted for client authentication: a TLS server that finds it among its
  // CAs needs nothing above it. Every PEM reader here takes both forms, and no trust from either.
  std::string pem_trusted_for_clients() const;
  std::string common_name() const;  // empty when there is none
  std::string organizational_unit()
      const;                    // the first; Muster's role for certificates of the operator root
  std::string subject() const;  // one line, RFC 2253
  // As OpenSSL looks for issuers: without regard to case and blanks.
  bool same_subject(const Certificate& other) const;
  std::string issuer_common_name() const;
  std::string serial_hex() const;    // lower case, two digits a byte
  std::string fingerprint() const;   // hex SHA-256 of the DER form, lower case
  std::string subject_hash() const;  // 8 hex digits: the file name OpenSSL's capath looks for
  std::int64_t not_before_ms() const;
  std::int64_t not_after_ms() const;
  bool is_ca() const;           // basicConstraints CA:TRUE
  bool is_self_issued() const;  // subject and issuer are one name: a root's are
  // What an extension of that OID (dotted numbers) says, when it holds a UTF8String and nothing
  // else; empty when there is none, or two.
  std::string text_extension(const std::string& oid) const;
  Extensions extensions() const;
  Key public_key() const;
  bool matches(const Key& key) const;
  bool issued_by(const Certificate& issuer) const;  // name and signature

  X509* get() const { return cert_.get(); }

 private:
  std::shared_ptr<X509> cert_;
};

struct IssueSpec {
  std::string common_name;
  std::string organizational_unit;  // empty: none
  std::vector<std::string> dns_names;
  std::vector<std::string> ip_addresses;  // a server's IPv6 ones also as the name "[ADDRESS"
  std::chrono::seconds valid_for{std::chrono::hours(24 * 365)};
  bool ca = false;
  bool server = false;          // extendedKeyUsage serverAuth
  bool client = true;           // and clientAuth; only a server's may lack it
  std::string serial_hex = {};  // as Certificate::serial_hex(); empty: 128 random bits
  // The only extendedKeyUsage, an OID as dotted numbers: no TLS peer accepts such a certificate.
  // Empty: those above.
  std::string purpose_oid = {};
  // One extension, not critical, that holds `statement` as a UTF8String. Empty OID: none.
  std::string statement_oid = {};
  std::string statement = {};
};

// Self-signed when `issuer` is null. not_before lies 24 hours back: a node's first clock is often
// slow. A certificate never outlives its issuer. Errc::invalid_data when names, keys and issuer do
// not go together.
Result<Certificate> issue(const IssueSpec& spec, const Key& subject_key, const Certificate* issuer,
                          const Key& issuer_key);

}  // namespace muster::x509
