#include "proto/x509/signature_checks.hpp"

#include <openssl/rsa.h>

#include "proto/x509/algorithms.hpp"
#include "proto/x509/key.hpp"
#include "proto/x509/reading_context.hpp"

namespace muster::x509 {
namespace {

// SHA-256, and PKCS#1 v1.5 where that is a question.
bool make_ready(EVP_PKEY_CTX* context, const EVP_PKEY* key) {
  if (context == nullptr || EVP_PKEY_verify_init(context) != 1) return false;
  if (EVP_PKEY_is_a(key, "RSA") == 1 &&
      EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) != 1)
    return false;
  return EVP_PKEY_CTX_set_signature_md(context, sha256_algorithm()) == 1;
}

}  // namespace

Result<SignatureChecks::Context> SignatureChecks::take(const Key& key) {
  {
    const base::Locked state(state_);
    if (!state->strong) state->strong = key.strong_enough();
    if (!*state->strong) return fail(state->strong->error());
    if (!state->idle.empty()) {
      auto context = std::move(state->idle.back());
      state->idle.pop_back();
      return context;
    }
  }
  Context context(EVP_PKEY_CTX_new_from_pkey(context_of(key.get()), key.get(), nullptr));
  if (make_ready(context.get(), key.get())) return context;
  return fail(Errc::unknown, "cannot check a signature: " + openssl_reason());
}

Status SignatureChecks::fits(const Key& key, std::string_view bytes, std::string_view signature) {
  MUSTER_ASSIGN(auto context, take(key));
  const auto digest = sha256(bytes);
  const bool fits = EVP_PKEY_verify(context.get(), bytes_of(signature), signature.size(),
                                    bytes_of(digest), digest.size()) == 1;
  ERR_clear_error();
  {
    const base::Locked state(state_);
    if (state->idle.size() < kIdleChecksMax) state->idle.push_back(std::move(context));
  }
  if (!fits) return fail(Errc::refused, "the signature does not fit");
  return {};
}

}  // namespace muster::x509
