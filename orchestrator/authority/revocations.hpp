// Revoking what the roots issued: their lists live beside them, as root.crl and orchestrator-root.crl.
// `muster operator revoke` and its like.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "proto/base/result.hpp"
#include "proto/security/role.hpp"
#include "proto/x509/revocation_list.hpp"

namespace muster::authority {

inline constexpr const char* kRevocationsFile = "root.crl";
inline constexpr const char* kOrchestratorRevocationsFile = "orchestrator-root.crl";

struct RevokeSpec {
  std::filesystem::path folder;  // of the roots and, for names, of the certificates
  security::Role role =
      security::Role::operator_;  // orchestrator and broker: by the orchestrator root
  // A name (NAME.pem in the folder), a serial number or a SHA-256 fingerprint in hex, or a certificate's file.
  std::string whom;
  x509::RevocationReason reason = x509::RevocationReason::unspecified;
  std::int64_t now_ms = 0;
  // What the bus has: what it revokes stays revoked, also when another folder's list said so.
  std::optional<x509::RevocationList> published = {};
};

struct Revocation {
  std::string serial;          // of the certificate
  std::string name;            // its common name; empty when only the serial is known
  bool was_revoked = false;    // before: the list says nothing new about it
  std::filesystem::path file;  // the list, PEM
  x509::RevocationList list;
  x509::Certificate root;
};

// The root's next list, written into the folder. Errc::config, with what to do, when the root's key is not there,
// or nobody is known by that word; Errc::refused for a certificate that this root did not issue, or of another role.
Result<Revocation> revoke(const RevokeSpec& spec);

// The root that issues to this role: its certificate, and the newest of its lists in the folder, if there is one.
struct RootAndList {
  x509::Certificate root;
  std::optional<x509::RevocationList> list;
};
Result<RootAndList> root_and_list(const std::filesystem::path& folder, security::Role role);

}  // namespace muster::authority
