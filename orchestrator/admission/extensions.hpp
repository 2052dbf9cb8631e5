// What a joining node's certificate may say beside its name, against what its token allows.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "proto/base/result.hpp"
#include "proto/security/join_claims.hpp"

namespace muster::admission {

// Errc::refused, naming it, for the first extension that the token does not allow with exactly that
// value, and for one that no node may have (pp_auth_role) whatever a token says. `asked` and the token
// may name them as Puppet does or by numbers. A token allows none unless it names them.
Status check_extensions(const std::map<std::string, std::string>& asked,
                        const security::JoinClaims& token);

// The same of further names; `identity` itself is one that every node may have. Whether a name is
// reserved is another rule (reserved.hpp).
Status check_alternative_names(const std::vector<std::string>& asked, std::string_view identity,
                               const security::JoinClaims& token);

}  // namespace muster::admission
