// Signatures of one key: checked, and made. For key.cpp.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "proto/base/guarded.hpp"
#include "proto/base/result.hpp"
#include "proto/x509/ready_contexts.hpp"

namespace muster::x509 {

class Key;

// Thread-safe: several check and sign at once.
class SignatureChecks {
 public:
  // As Key::verify(). Always of the same key, which is judged by the first.
  Status fits(const Key& key, std::string_view bytes, std::string_view signature);
  // As Key::sign(), of a key that is there.
  Result<std::string> sign(const Key& key, std::string_view bytes);

 private:
  Status judge(const Key& key);

  base::Guarded<std::optional<Status>> strong_;
  ReadyContexts checking_{ReadyContexts::For::checks};
  ReadyContexts signing_{ReadyContexts::For::signatures};
};

}  // namespace muster::x509
