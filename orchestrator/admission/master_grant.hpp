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

// Tokens do not say it yet, so every name: a token for a master is to carry the patterns, with '*'
// typed by the person who made it, and this function to read them from there.
inline MasterGrant grant_of(const security::JoinClaims&) {
  return {.patterns = {"*"}};
}

}  // namespace muster::admission
