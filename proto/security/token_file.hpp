// The join token's file: the one file that an image or cloud-init carries. A JSON document with the
// signed claims, and beside them what must never travel: the private key that proves who holds it,
// the join password, the brokers. Whoever reads it can join: mode 0600.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "proto/base/result.hpp"
#include "proto/security/join_token.hpp"

namespace muster::security {

inline constexpr std::size_t kTokenFileMaxBytes = 64 * 1024;
inline constexpr std::size_t kTokenBrokersMax = 16;  // of each kind
inline constexpr int kTokenFileFormat = 1;           // member `muster_join_token`

struct TokenFile {
  std::string token;                      // the JWT: the only part that is shown to others
  x509::Key key;                          // private; its public half is the claim `cnf`
  std::vector<std::string> join_brokers;  // "host:port" of the join listener, tried in order
  std::vector<std::string> node_brokers;  // "host:port" of the nodes' listener, for later
  std::string join_user;                  // at the join listener
  std::string join_password;              // and its password
  std::string operator_root_pem;          // the brokers' trust anchor and the operators' root;
                                          // two while one is rotated, here and below
  std::string orchestrator_root_pem;      // whom to believe that it is an orchestrator
  JoinClaims claims;                      // what the token says; not written, but read from it
};

// Checked first. Ends with a newline.
Result<std::string> token_file_text(const TokenFile& file);

// Strict: unknown members, wrong types and anything missing are errors that name `name`. The token
// must be signed by an issuer of the root beside it, and the key must be the one that it names. For a
// node this file *is* the trust anchor: a good file proves that it is whole, no more. No time is
// judged, for a node's first clock is often wrong; the orchestrators judge it.
Result<TokenFile> read_token_file(std::string_view text, std::string_view name);

}  // namespace muster::security
