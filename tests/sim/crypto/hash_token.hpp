// Join tokens whose signature is a hash: claims and issuer as they are, in a form of the simulation's own.
#pragma once

#include <functional>
#include <string>

#include "proto/base/result.hpp"
#include "proto/security/join_claims.hpp"
#include "proto/x509/certificate.hpp"
#include "proto/x509/key.hpp"

namespace muster::sim {

struct HashToken {
  security::JoinClaims claims;
  x509::Certificate issuer;
  std::string covered;  // by the signature
  std::string signature;
};

// `sign` gives the issuer's signature of the bytes. Errors as security::check_claims().
Result<std::string> make_hash_token(const security::JoinClaims& claims,
                                    const x509::Certificate& issuer,
                                    const std::function<std::string(std::string_view bytes)>& sign);
// Nothing is verified. Errc::invalid_data for what is no such token.
Result<HashToken> read_hash_token(const std::string& text);

// The key that every such token names: P-256's base point. Nobody has its private half, and nobody needs it.
x509::Key hash_token_key();

}  // namespace muster::sim
