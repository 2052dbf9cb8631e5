// What OpenSSL needs to check signatures of one key, looked up once: by name it costs a tenth of a check. For key.cpp.
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "proto/base/guarded.hpp"
#include "proto/base/result.hpp"
#include "proto/x509/openssl.hpp"

namespace muster::x509 {

class Key;

inline constexpr std::size_t kIdleChecksMax =
    16;  // of one key: as many threads check at once without a look-up

// Thread-safe: several check at once.
class SignatureChecks {
 public:
  // As Key::verify(). Always of the same key, which is judged by the first.
  Status fits(const Key& key, std::string_view bytes, std::string_view signature);

 private:
  using Context = Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
  struct State {
    std::optional<Status> strong;
    std::vector<Context> idle;
  };
  Result<Context> take(const Key& key);

  base::Guarded<State> state_;
};

}  // namespace muster::x509
