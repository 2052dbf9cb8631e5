// Join tokens of a simulated site, and who makes them.
#pragma once

#include <cstdint>
#include <string>

#include "proto/security/join_claims.hpp"
#include "tests/sim/crypto/crypto.hpp"

namespace muster::sim {

// A token's file: whoever has it may join.
struct SimToken {
  security::JoinClaims claims;
  std::string text;
  x509::Key key;
};

// Under the operator root; may make every token.
Holder make_issuer(Crypto& crypto, const x509::Certificate& root, const x509::Key& root_key);
// For nodes of every name, good for a month from `now_ms`. `uses`: names that may join with it; 0: any number.
SimToken make_token(Crypto& crypto, const Holder& issuer, const std::string& id, std::uint32_t uses,
                    std::int64_t now_ms);

}  // namespace muster::sim
