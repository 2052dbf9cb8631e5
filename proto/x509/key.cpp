#include "proto/x509/key.hpp"

#include <fmt/format.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "proto/base/encoding.hpp"
#include "proto/base/secret_file.hpp"
#include "proto/x509/algorithms.hpp"
#include "proto/x509/openssl.hpp"
#include "proto/x509/private_key.hpp"
#include "proto/x509/reading_context.hpp"
#include "proto/x509/signature_checks.hpp"

namespace muster::x509 {
namespace {

std::shared_ptr<EVP_PKEY> shared(EVP_PKEY* key) {
  return {key, EVP_PKEY_free};
}

}  // namespace

Key::Key(std::shared_ptr<EVP_PKEY> key)
    : key_(std::move(key)), checks_(std::make_shared<SignatureChecks>()) {}

Result<Key> Key::generate_p256() {
  auto* key = EVP_EC_gen("P-256");
  if (key == nullptr) return fail(Errc::unknown, "cannot make a P-256 key: " + openssl_reason());
  return Key(shared(key));
}

Result<Key> Key::private_from_pem(std::string_view pem, std::string_view name) {
  auto key = read_private_key(pem);
  if (!key)
    return fail(
        Errc::invalid_data,
        fmt::format("{} holds no private key that can be read ({}); it must be PEM without a "
                    "passphrase",
                    name, openssl_reason()));
  return Key(std::shared_ptr<EVP_PKEY>(std::move(key)));
}

Result<Key> Key::private_from_file(const std::filesystem::path& path, base::Guard guard) {
  MUSTER_ASSIGN(const auto pem, base::read_secret(path, guard));
  return private_from_pem(pem.text(), path.string());
}

Result<Key> Key::public_from_der(std::string_view spki) {
  const auto* at = bytes_of(spki);
  const auto size = static_cast<long>(spki.size());
  auto key = shared(d2i_PUBKEY_ex(nullptr, &at, size, reading_context(), nullptr));
  if (!key) {  // of a kind that is not known there, so that whoever asks for its strength can name it
    ERR_clear_error();
    at = bytes_of(spki);
    key = shared(d2i_PUBKEY(nullptr, &at, size));
  }
  if (!key || at != bytes_of(spki) + spki.size())
    return fail(Errc::invalid_data, "not a public key in DER form: " + openssl_reason());
  return Key(std::move(key));
}

Result<std::string> Key::private_pem() const {
  const OwnedBio bio(BIO_new(BIO_s_mem()));
  if (!key_ || !bio ||
      PEM_write_bio_PKCS8PrivateKey(bio.get(), key_.get(), nullptr, nullptr, 0, nullptr, nullptr) !=
          1)
    return fail(Errc::invalid_data, "the key has no private half to write: " + openssl_reason());
  return bio_text(bio.get());
}

std::string Key::public_der() const {
  return key_ ? to_der<EVP_PKEY>(i2d_PUBKEY, key_.get()) : std::string();
}

std::string Key::fingerprint() const {
  return sha256_hex(public_der());
}

bool Key::same_public(const Key& other) const {
  const bool same = key_ && other.key_ && EVP_PKEY_eq(key_.get(), other.key_.get()) == 1;
  ERR_clear_error();  // keys of different types leave one
  return same;
}

bool Key::is_p256() const {
  char group[32] = "";
  const bool named = key_ && EVP_PKEY_is_a(key_.get(), "EC") == 1 &&
                     EVP_PKEY_get_group_name(key_.get(), group, sizeof group, nullptr) == 1;
  ERR_clear_error();
  return named && std::string_view(group) == SN_X9_62_prime256v1;
}

Status Key::strong_enough() const {
  if (!key_) return fail(Errc::refused, "there is no key");
  const int bits = EVP_PKEY_get_bits(key_.get());
  if (EVP_PKEY_is_a(key_.get(), "RSA") == 1) {
    if (bits < kRsaBitsMin || bits > kRsaBitsMax)
      return fail(Errc::refused, fmt::format("an RSA key of {} bits; {} to {} are accepted", bits,
                                             kRsaBitsMin, kRsaBitsMax));
    return {};
  }
  char group[32] = "";
  if (EVP_PKEY_is_a(key_.get(), "EC") == 1 &&
      EVP_PKEY_get_group_name(key_.get(), group, sizeof group, nullptr) == 1) {
    const std::string_view name = group;
    if (name == SN_X9_62_prime256v1 || name == SN_secp384r1 || name == SN_secp521r1) return {};
  }
  ERR_clear_error();
  const char* type = EVP_PKEY_get0_type_name(key_.get());
  return fail(Errc::refused,
              fmt::format("a key of type {}{}{}; only RSA and EC on P-256, P-384 and "
                          "P-521 are accepted",
                          type != nullptr ? type : "unknown", *group ? " on " : "", group));
}

Result<std::string> Key::sign(std::string_view bytes) const {
  if (!key_) return fail(Errc::unknown, "cannot sign: there is no key");
  return checks_->sign(*this, bytes);
}

Status Key::verify(std::string_view bytes, std::string_view signature) const {
  return checks_->fits(*this, bytes, signature);
}

Result<std::string> Key::secret_digest(std::string_view text) const {
  BIGNUM* raw = nullptr;
  const bool has =
      key_ && (EVP_PKEY_get_bn_param(key_.get(), OSSL_PKEY_PARAM_PRIV_KEY, &raw) == 1 ||
               EVP_PKEY_get_bn_param(key_.get(), OSSL_PKEY_PARAM_RSA_D, &raw) == 1);
  ERR_clear_error();
  const std::unique_ptr<BIGNUM, decltype(&BN_clear_free)> secret(raw, BN_clear_free);
  // 1 is what stands for a half that is elsewhere (ec_hook.hpp): everybody knows it.
  if (!has || !secret || BN_is_one(secret.get()) == 1)
    return fail(Errc::refused, "the key has no private half that can be read");
  std::string bytes(static_cast<std::size_t>(BN_num_bytes(secret.get())), '\0');
  BN_bn2bin(secret.get(), reinterpret_cast<unsigned char*>(bytes.data()));
  std::string digest(32, '\0');
  const auto* made =
      HMAC(EVP_sha256(), bytes.data(), static_cast<int>(bytes.size()), bytes_of(text), text.size(),
           reinterpret_cast<unsigned char*>(digest.data()), nullptr);
  OPENSSL_cleanse(bytes.data(), bytes.size());
  if (made == nullptr) return fail(Errc::unknown, "cannot compute an HMAC: " + openssl_reason());
  return base::to_hex(digest);
}

std::string sha256(std::string_view bytes) {
  std::string digest(32, '\0');
  // Cannot fail: a digest of the default provider into a buffer of its size.
  EVP_Digest(bytes.data(), bytes.size(), reinterpret_cast<unsigned char*>(digest.data()), nullptr,
             sha256_algorithm(), nullptr);
  return digest;
}

std::string sha256_hex(std::string_view bytes) {
  return base::to_hex(sha256(bytes));
}

}  // namespace muster::x509
