// The join token: the one file that an image or cloud-init carries. A JWT (RFC 7519) signed with
// ES256 by the operator root. No other algorithm is ever accepted, whatever its header says.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/result.hpp"
#include "proto/x509/certificate.hpp"
#include "proto/x509/key.hpp"

namespace muster::security {

inline constexpr std::size_t kTokenMaxBytes = 16 * 1024;
inline constexpr std::size_t kTokenBrokersMax = 16;      // of each kind
inline constexpr std::size_t kTokenIdentitiesMax = 64;   // globs
inline constexpr std::size_t kTokenCollectivesMax = 64;  // beside the main one
inline constexpr std::int64_t kTokenUsesMax = 1'000'000;

// On the wire each member is the claim of the same name, but for id (jti), issued_at_ms (iat) and
// expires_at_ms (exp, whole seconds). Claims of other names are ignored.
struct JoinToken {
  std::string id;                         // jti
  std::vector<std::string> join_brokers;  // "host:port" of the join listener, tried in order
  std::vector<std::string>
      node_brokers;               // "host:port" of the nodes' listener, for the provisioned node
  std::string join_password;      // of user "join" at the join listener
  std::string operator_root_pem;  // the brokers' trust anchor and the operators' root
  std::string orchestrator_root_pem;     // whom to believe that it is an orchestrator
  std::string collective;                // the main one
  std::vector<std::string> collectives;  // further ones; left out of the token when there are none
  std::vector<std::string> identities;   // globs ('*' and '?') of names it may be used for
  bool master = false;                   // may offer a Puppet CA
  std::int64_t issued_at_ms = 0;         // whole seconds on the wire
  std::int64_t expires_at_ms = 0;
  std::uint32_t uses = 1;  // distinct nodes that may join with it; 0: any number
};

// Errc::invalid_data or limit, naming the claim, for a token that nobody would accept.
Status check_token(const JoinToken& token);

// The token's text: header.payload.signature. Checked first.
Result<std::string> sign_token(const JoinToken& token, const x509::Key& root_key);
// Signature by `root`, then content. Expiry is not judged here: see usable_by.
Result<JoinToken> verify_token(std::string_view text, const x509::Certificate& root);
// For the node itself, for which the token *is* the trust anchor: form, and that it is signed by
// the root that it carries. Errors name `file`.
Result<JoinToken> read_own_token(std::string_view text, std::string_view file);

// Errc::expired, or Errc::refused "token … is for web-*, not for 'db1'".
Status usable_by(const JoinToken& token, std::string_view identity, std::int64_t now_ms);

// Errc::invalid_data unless it is a glob of identities: lower case letters, digits, '.', '-', '_',
// '*', '?'.
Status check_identity_glob(std::string_view glob);

// '*' any run, '?' one character; the whole text must match.
bool glob_match(std::string_view pattern, std::string_view text);

}  // namespace muster::security
