#include "proto/x509/ec_hook.hpp"

#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/pem.h>

#include <atomic>
#include <cstring>
#include <mutex>

#include "proto/x509/openssl.hpp"

// OpenSSL 3 has no other place than the EC_KEY_METHOD of its earlier versions: its providers go on using
// the default one. docs/adr/0036 tells why no provider of our own.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

namespace muster::x509 {
namespace {

using Sign = int (*)(int type, const unsigned char* digest, int size, unsigned char* signature,
                     unsigned int* signature_size, const BIGNUM* kinv, const BIGNUM* r,
                     EC_KEY* key);
using Setup = int (*)(EC_KEY* key, BN_CTX* context, BIGNUM** kinv, BIGNUM** r);
using SignRaw = ECDSA_SIG* (*)(const unsigned char* digest, int size, const BIGNUM* kinv,
                               const BIGNUM* r, EC_KEY* key);

struct OpenSslsOwn {
  Sign sign = nullptr;
  Setup setup = nullptr;
  SignRaw sign_raw = nullptr;

  static const OpenSslsOwn& get() {
    static const OpenSslsOwn own = [] {
      OpenSslsOwn found;
      EC_KEY_METHOD_get_sign(EC_KEY_OpenSSL(), &found.sign, &found.setup, &found.sign_raw);
      return found;
    }();
    return own;
  }
};

std::atomic<SignElsewhere> sign_elsewhere{nullptr};

// Not an Owned: its template would be made beyond the pragma.
struct FreeEc {
  void operator()(EC_KEY* key) const { EC_KEY_free(key); }
};
using OwnedEc = std::unique_ptr<EC_KEY, FreeEc>;

bool is_placeholder(const EC_KEY* key) {
  const auto* half = EC_KEY_get0_private_key(key);
  return half != nullptr && BN_is_one(half) == 1;
}

std::string public_key_of(EC_KEY* key) {
  EC_KEY* const copy = EC_KEY_dup(key);
  const OwnedEc ec(copy);
  const OwnedKey pair(EVP_PKEY_new());
  if (!pair || EVP_PKEY_set1_EC_KEY(pair.get(), copy) != 1) return "";
  return to_der<EVP_PKEY>(i2d_PUBKEY, pair.get());
}

int sign_or_ask(int type, const unsigned char* digest, int size, unsigned char* signature,
                unsigned int* signature_size, const BIGNUM* kinv, const BIGNUM* r, EC_KEY* key) {
  if (!is_placeholder(key))
    return OpenSslsOwn::get().sign(type, digest, size, signature, signature_size, kinv, r, key);
  const auto made = sign_elsewhere.load()(
      public_key_of(key), {reinterpret_cast<const char*>(digest), static_cast<std::size_t>(size)});
  // The caller has room for the largest signature of this key.
  if (made.empty() || made.size() > static_cast<std::size_t>(ECDSA_size(key))) return 0;
  std::memcpy(signature, made.data(), made.size());
  *signature_size = static_cast<unsigned int>(made.size());
  return 1;
}

void hook(SignElsewhere to) {
  static std::once_flag once;
  sign_elsewhere = to;
  std::call_once(once, [] {
    auto* method = EC_KEY_METHOD_new(EC_KEY_OpenSSL());  // for as long as the process
    EC_KEY_METHOD_set_sign(method, &sign_or_ask, OpenSslsOwn::get().setup,
                           OpenSslsOwn::get().sign_raw);
    EC_KEY_set_default_method(method);
  });
}

// SEC 1, as PEM: it says the public half itself, which OpenSSL believes.
Result<std::string> placeholder_pem(const Key& key) {
  const auto* ec = EVP_PKEY_get0_EC_KEY(key.get());
  const OwnedEc pair(ec != nullptr ? EC_KEY_dup(ec) : nullptr);
  const OwnedBn one(BN_new());
  const OwnedBio bio(BIO_new(BIO_s_mem()));
  if (!pair || !one || !bio || BN_one(one.get()) != 1 ||
      EC_KEY_set_private_key(pair.get(), one.get()) != 1 ||
      PEM_write_bio_ECPrivateKey(bio.get(), pair.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1)
    return fail(Errc::invalid_data,
                "the certificate's key is not on an elliptic curve: " + openssl_reason());
  return bio_text(bio.get());
}

}  // namespace

Result<Key> placeholder_for(const Key& key, SignElsewhere sign) {
  hook(sign);
  MUSTER_ASSIGN(const auto pem, placeholder_pem(key));
  return Key::private_from_pem(pem, "the placeholder");
}

}  // namespace muster::x509

#pragma GCC diagnostic pop
