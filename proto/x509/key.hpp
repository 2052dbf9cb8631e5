// Private and public keys over OpenSSL 3 EVP. New keys are EC P-256; Puppet's RSA keys can be read
// and used.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "proto/base/guard.hpp"
#include "proto/base/result.hpp"

using EVP_PKEY = struct evp_pkey_st;

namespace muster::x509 {

class SignatureChecks;

// RSA keys that are believed; the upper end bounds what checking one signature costs.
inline constexpr int kRsaBitsMin = 2048;
inline constexpr int kRsaBitsMax = 8192;

// A public key, or a key pair. Cheap to copy (shared). Thread-safe.
class Key {
 public:
  static Result<Key> generate_p256();
  // PEM (PKCS#8, SEC 1 or PKCS#1), unencrypted. `name` is said in errors.
  static Result<Key> private_from_pem(std::string_view pem, std::string_view name);
  // The file must pass base::check_guard(): Errc::refused says what is open to whom.
  static Result<Key> private_from_file(const std::filesystem::path& path,
                                       base::Guard guard = base::Guard::secret);
  static Result<Key> public_from_der(std::string_view spki);
  explicit Key(std::shared_ptr<EVP_PKEY> key);

  Result<std::string> private_pem() const;  // PKCS#8
  std::string public_der() const;           // SubjectPublicKeyInfo
  // Lower-case hex SHA-256 of public_der().
  std::string fingerprint() const;
  bool same_public(const Key& other) const;
  bool is_p256() const;
  // Errc::refused, with what it is, for anything but RSA of kRsaBitsMin to kRsaBitsMax bits and EC
  // on P-256, P-384 or P-521.
  Status strong_enough() const;

  // SHA-256 with ECDSA (DER) or RSA PKCS#1 v1.5, by the key's type.
  Result<std::string> sign(std::string_view bytes) const;
  // Errc::refused when the signature does not fit, or the key is not strong_enough(). The first of a key and its copies
  // costs more than those that follow.
  Status verify(std::string_view bytes, std::string_view signature) const;

  // Hex HMAC-SHA256 of `text`, with the private half as the key: what nobody else can compute, and what tells nothing of
  // it. Errc::refused when there is no private half to be read, as in a security token's key (program_key.hpp).
  Result<std::string> secret_digest(std::string_view text) const;

  EVP_PKEY* get() const { return key_.get(); }

 private:
  std::shared_ptr<EVP_PKEY> key_;
  std::shared_ptr<SignatureChecks> checks_;
};

// Hex SHA-256 of any bytes, lower case.
std::string sha256_hex(std::string_view bytes);
std::string sha256(std::string_view bytes);

}  // namespace muster::x509
