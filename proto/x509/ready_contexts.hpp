// What OpenSSL needs to use one key, looked up once: by name it costs a tenth of a check. For key.cpp and signature_checks.cpp.
#pragma once

#include <vector>

#include "proto/base/guarded.hpp"
#include "proto/base/result.hpp"
#include "proto/x509/openssl.hpp"

namespace muster::x509 {

class Key;

inline constexpr std::size_t kIdleContextsMax =
    16;  // of one key: as many threads use it at once without a look-up

// Contexts of one key, for SHA-256, and PKCS#1 v1.5 where that is a question. Thread-safe; each context is one thread's from take() to
// give_back().
class ReadyContexts {
 public:
  using Context = Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
  enum class For { checks, signatures };

  explicit ReadyContexts(For purpose) : for_(purpose) {}

  // Always of the same key. Errc::unknown when OpenSSL cannot use it so.
  Result<Context> take(const Key& key);
  // One that is still good for the next.
  void give_back(Context context);

 private:
  bool make_ready(EVP_PKEY_CTX* context, const EVP_PKEY* key) const;

  const For for_;
  base::Guarded<std::vector<Context>> idle_;
};

}  // namespace muster::x509
