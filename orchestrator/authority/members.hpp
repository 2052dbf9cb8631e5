// Certificates under the operator root and the orchestrator root. Internal.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "orchestrator/authority/files.hpp"
#include "proto/security/trust_store.hpp"

namespace muster::authority {

// Certificates begin that long before they are made: x509::issue().
inline constexpr std::chrono::hours kBackdated{24};

Result<KeyAndCertificate> make_root(const std::string& common_name);

// Errc::config for a name that cannot be a caller, or the name of one of the roots' own files
// or of the watcher.
Status check_member_name(std::string_view what, const std::string& name);

// What is put into a member's certificate.
struct MemberContent {
  std::string name;
  security::Role role = security::Role::none;
  std::vector<std::string> hosts =
      {};  // for a broker's server certificate, which is none for a client
  std::chrono::seconds valid_for{0};
};
// For the holder of `key`, of which the public half is enough.
Result<x509::Certificate> certify_member(const KeyAndCertificate& root,
                                         const MemberContent& content, const x509::Key& key);
// The same with a new key, for kMemberValidFor.
Result<KeyAndCertificate> make_member(const KeyAndCertificate& root, const std::string& name,
                                      security::Role role,
                                      const std::vector<std::string>& hosts = {});

// The root in `folder` that issues certificates of this role and name.
Result<KeyAndCertificate> load_root_for(const std::filesystem::path& folder, security::Role role,
                                        const std::string& name);
// NAME.pem: the certificate, and behind it what makes it good under the root that goes, while there is
// one (rotation.hpp).
Result<std::string> certificate_text(const std::filesystem::path& folder, security::Role role,
                                     const std::string& name, const x509::Certificate& certificate);
// Errc::config when a certificate of that role and name is current and `replace` is not set.
Status check_name_is_free(const std::filesystem::path& folder, security::Role role,
                          const std::string& name, bool replace);

}  // namespace muster::authority
