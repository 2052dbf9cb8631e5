// Whom to believe, as an interface, beside Sealer: who is behind a chain of certificates now, and whether a signature is a key's.
// TrustStore asks real certificates and real keys; a simulation only hashes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "proto/base/result.hpp"
#include "proto/security/role.hpp"
#include "proto/x509/certificate.hpp"
#include "proto/x509/key.hpp"

namespace muster::security {

// A leaf that leads to an anchor, and the role that this anchor's root gives it.
struct Verified {
  x509::Certificate certificate;
  Role role = Role::none;  // none for a node
  std::string anchor;      // the anchor's fingerprint
};

// Thread-safe.
class Trust {
 public:
  Trust() = default;
  Trust(const Trust&) = delete;
  Trust& operator=(const Trust&) = delete;
  virtual ~Trust() = default;

  // The leaf, when `chain_der` (leaf first) leads to an anchor, and all of it is in force now. Errc::refused with the reason
  // otherwise, Errc::limit or Errc::invalid_data for what is no chain.
  virtual Result<Verified> verify(const std::vector<std::string>& chain_der) const = 0;
  // Errc::refused unless the holder of `key` signed `bytes`. Whose key that is, is not asked.
  virtual Status check(const x509::Key& key, std::string_view bytes,
                       std::string_view signature) const = 0;
};

}  // namespace muster::security
