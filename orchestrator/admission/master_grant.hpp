// What a join token lets a master's CA do. Pure.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "proto/base/value.hpp"
#include "proto/security/join_claims.hpp"

namespace muster::admission {

struct MasterGrant {
  std::vector<std::string> patterns;  // names that its CA may issue
  Value facts = Value::object();      // facts that it serves; empty: those of its presence
};

MasterGrant grant_of(const security::JoinClaims& token);

}  // namespace muster::admission
