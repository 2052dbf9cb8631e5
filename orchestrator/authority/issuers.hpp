// Issuers of join tokens: certificates of the operator root that sign tokens within limits, so that
// the root's key stays offline. `muster issuer create`.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>

#include "orchestrator/authority/authority.hpp"
#include "orchestrator/authority/files.hpp"
#include "proto/base/result.hpp"
#include "proto/security/issuer.hpp"

namespace muster::authority {

inline constexpr const char* kFirstIssuer = "issuer";  // made by `muster init`; --issuer's default
inline constexpr std::chrono::hours kIssuerValidFor{24 * 365};
inline constexpr std::chrono::hours kFirstIssuerLongestLife{24 * 30};  // of a token

struct IssuerSpec {
  std::string name;
  security::IssuerLimits limits;
  std::chrono::seconds valid_for = kIssuerValidFor;  // of its certificate; never beyond the root's
  bool replace = false;  // a certificate of that name may be there; it stays good
};

// NAME.key (0600) and NAME.pem in `out`, signed by the root in `folder`. Errc::config when the
// root's key is not there or the name is taken; Errc::limit or invalid_data for wrong limits.
Result<Member> create_issuer(const std::filesystem::path& folder, const IssuerSpec& spec,
                             const std::filesystem::path& out);

// The certificate alone, for the holder of `key`, of which the public half is enough.
Result<x509::Certificate> certify_issuer(const KeyAndCertificate& root, const IssuerSpec& spec,
                                         const x509::Key& key);
// The pair alone, written nowhere.
Result<KeyAndCertificate> make_issuer(const KeyAndCertificate& root, const IssuerSpec& spec);

// NAME.key and NAME.pem of `folder`. Errc::config, with what to do, when they are not there.
Result<KeyAndCertificate> load_issuer(const std::filesystem::path& folder, const std::string& name);

}  // namespace muster::authority
