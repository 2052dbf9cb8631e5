#include "proto/x509/ready_contexts.hpp"

#include <openssl/rsa.h>

#include <utility>

#include "proto/x509/algorithms.hpp"
#include "proto/x509/key.hpp"
#include "proto/x509/reading_context.hpp"

namespace muster::x509 {

bool ReadyContexts::make_ready(EVP_PKEY_CTX* context, const EVP_PKEY* key) const {
  if (context == nullptr) return false;
  const auto begin = for_ == For::checks ? EVP_PKEY_verify_init : EVP_PKEY_sign_init;
  if (begin(context) != 1) return false;
  if (EVP_PKEY_is_a(key, "RSA") == 1 &&
      EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) != 1)
    return false;
  return EVP_PKEY_CTX_set_signature_md(context, sha256_algorithm()) == 1;
}

Result<ReadyContexts::Context> ReadyContexts::take(const Key& key) {
  {
    const base::Locked idle(idle_);
    if (!idle->empty()) {
      auto context = std::move(idle->back());
      idle->pop_back();
      return context;
    }
  }
  Context context(EVP_PKEY_CTX_new_from_pkey(context_of(key.get()), key.get(), nullptr));
  if (make_ready(context.get(), key.get())) return context;
  return fail(Errc::unknown, "the key cannot be used: " + openssl_reason());
}

void ReadyContexts::give_back(Context context) {
  const base::Locked idle(idle_);
  if (idle->size() < kIdleContextsMax) idle->push_back(std::move(context));
}

}  // namespace muster::x509
