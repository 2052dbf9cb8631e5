// Certificates under the operator root and the orchestrator root. Internal.
#pragma once

#include <string>
#include <vector>

#include "orchestrator/authority/files.hpp"
#include "proto/security/trust_store.hpp"

namespace muster::authority {

Result<KeyAndCertificate> make_root(const std::string& common_name);

// Errc::config for a name that cannot be a caller, or the name of one of the roots' own files
// or of the watcher.
Status check_member_name(std::string_view what, const std::string& name);

// `hosts`: DNS names and addresses, for a broker's server certificate, which is none for a client.
Result<KeyAndCertificate> make_member(const KeyAndCertificate& root, const std::string& name,
                                      security::Role role,
                                      const std::vector<std::string>& hosts = {});

}  // namespace muster::authority
