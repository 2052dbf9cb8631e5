// Revoking what the roots issued: their lists live beside them, as root.crl and orchestrator-root.crl, which hold
// one list of each root in force, two while one is rotated.
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
  security::Role role = security::Role::operator_;  // of the certificate
  std::string whom;                                 // as find_certificate() reads it
  x509::RevocationReason reason = x509::RevocationReason::unspecified;
  std::int64_t now_ms = 0;
  // What the bus has, of any root: what it revokes stays revoked, also when another folder's list said so.
  std::vector<x509::RevocationList> published = {};
};

struct Revocation {
  std::string serial;          // of the certificate
  std::string name;            // its common name; empty when only the serial is known
  bool was_revoked = false;    // before: the list says nothing new about it
  std::filesystem::path file;  // the list, PEM
  x509::RevocationList list;
  x509::Certificate root;
};

// The next list of the root that issued it, written into the folder, where it is shown as revoked from then on.
// Errc::config, with what to do, when the root's key is not there, or nobody is known by that word; Errc::refused for a
// certificate that no root of the folder issued, or of another role.
Result<Revocation> revoke(const RevokeSpec& spec);

// If `word` is a name: the serial numbers of all certificates of that role that were issued under it and have neither
// ended nor been revoked, the current one among them; whoever revokes a name means all. A name is that of NAME.pem in
// the folder, whatever its certificate is called, or one that the index knows. Else `word` itself.
Result<std::vector<std::string>> to_revoke(const std::filesystem::path& folder, security::Role role,
                                           const std::string& word, std::int64_t now_ms);

}  // namespace muster::authority
