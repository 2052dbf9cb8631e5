// Opens messages: nothing of a body is parsed before its signature and its signer's chain have been
// checked.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "proto/base/result.hpp"
#include "proto/envelope/envelope.hpp"
#include "proto/security/trust.hpp"
#include "proto/x509/certificate.hpp"

namespace muster::security {

struct Opened {
  std::string body;
  std::string signer;      // common name of the certificate
  Role role = Role::none;  // none for a node
  std::string certificate_fingerprint;
  std::string issuer;  // fingerprint of the anchor that signed the certificate itself; empty: none
  x509::Certificate certificate;
};

// Size, form, kind, chain up to `trust`, signature: in this order. Errc::limit, invalid_data or
// refused.
Result<Opened> open(std::string_view message, envelope::Kind expected, const Trust& trust);

// Errc::refused, with who signed it and in which role, unless an orchestrator did.
Status check_orchestrator(const Opened& opened, envelope::Kind kind);
// open(), and check_orchestrator(): for the kinds that only orchestrators sign.
Result<Opened> open_from_orchestrator(std::string_view message, envelope::Kind expected,
                                      const Trust& trust);

// For the join zone, where a node has a bare key. With `pinned` (a SubjectPublicKeyInfo) the
// message must be signed by that key; without, by the key it carries itself (the first
// announcement). Of `trust`, only signatures are asked.
struct OpenedByKey {
  std::string body;
  std::string public_key;  // DER
};
Result<OpenedByKey> open_by_key(std::string_view message, envelope::Kind expected,
                                const std::optional<std::string>& pinned, const Trust& trust);

}  // namespace muster::security
