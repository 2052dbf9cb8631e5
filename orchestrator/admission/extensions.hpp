// Certificate extensions that a joining node asks for, against those that its token allows.
#pragma once

#include <map>
#include <string>

#include "proto/base/result.hpp"
#include "proto/security/join_claims.hpp"

namespace muster::admission {

// Errc::refused, naming it, for the first extension that the token does not allow with exactly that
// value. A token allows none unless it names them.
Status check_extensions(const std::map<std::string, std::string>& asked,
                        const security::JoinClaims& token);

}  // namespace muster::admission
