#include "proto/x509/signature_checks.hpp"

#include <utility>

#include "proto/x509/key.hpp"

namespace muster::x509 {

Status SignatureChecks::judge(const Key& key) {
  const base::Locked strong(strong_);
  if (!*strong) *strong = key.strong_enough();
  return **strong;
}

Status SignatureChecks::fits(const Key& key, std::string_view bytes, std::string_view signature) {
  MUSTER_TRY(judge(key));
  MUSTER_ASSIGN(auto context, checking_.take(key));
  const auto digest = sha256(bytes);
  const bool fits = EVP_PKEY_verify(context.get(), bytes_of(signature), signature.size(),
                                    bytes_of(digest), digest.size()) == 1;
  ERR_clear_error();
  checking_.give_back(std::move(context));
  if (!fits) return fail(Errc::refused, "the signature does not fit");
  return {};
}

// A context that failed is not used again.
Result<std::string> SignatureChecks::sign(const Key& key, std::string_view bytes) {
  MUSTER_ASSIGN(auto context, signing_.take(key));
  const auto digest = sha256(bytes);
  auto size = static_cast<std::size_t>(EVP_PKEY_get_size(key.get()));
  std::string signature(size, '\0');
  auto* out = reinterpret_cast<unsigned char*>(signature.data());
  if (EVP_PKEY_sign(context.get(), out, &size, bytes_of(digest), digest.size()) != 1)
    return fail(Errc::unknown, "cannot sign: " + openssl_reason());
  signing_.give_back(std::move(context));
  signature.resize(size);
  return signature;
}

}  // namespace muster::x509
