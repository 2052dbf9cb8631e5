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

// A leaf that leads to an anchor, and what is asked of it with each message.
struct Verified {
  explicit Verified(x509::Certificate leaf, Role its_role = Role::none, std::string its_anchor = {},
                    bool is_direct = true);

  x509::Certificate certificate;
  Role role;                // that the anchor's root gives it; none for a node
  std::string anchor;       // the anchor's fingerprint
  bool direct;              // the anchor signed the certificate itself, no other CA between them
  std::string name;         // the certificate's common name
  std::string fingerprint;  // the certificate's
  x509::Key key;            // the certificate's, public
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
