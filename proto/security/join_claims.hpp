// What a join token says: the signed claims that travel in an announcement. Nothing in them is a
// secret. join_token.hpp signs and verifies them, token_file.hpp is the file around them.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/result.hpp"
#include "proto/base/value.hpp"
#include "proto/security/glob.hpp"

namespace muster::security {

inline constexpr std::size_t kTokenIdentitiesMax = 64;       // globs
inline constexpr std::size_t kTokenCollectivesMax = 64;      // beside the main one
inline constexpr std::size_t kTokenExtensionsMax = 32;       // certificate extensions
inline constexpr std::size_t kTokenServesMax = 32;           // facts of a master
inline constexpr std::size_t kServesMaxBytes = 2'048;        // of all, names and values
inline constexpr std::size_t kExtensionValueMaxBytes = 255;  // of one extension
inline constexpr std::int64_t kTokenUsesMax = 1'000'000;
// The clock of who makes tokens may be ahead of ours by so much. A token dated later would be good
// for longer than its issuer may make it.
inline constexpr std::int64_t kTokenAheadMaxMs = 5 * 60 * 1000;
inline constexpr std::size_t kTokenIdMaxBytes = 64;
inline constexpr std::int64_t kTokenTimeMaxS = 253'402'300'799;  // the end of the year 9999

// On the wire each member is the claim of the same name, but for id (jti), issued_at_ms (iat),
// expires_at_ms (exp) and key (cnf). Unknown claims are errors: one might restrict the token.
struct JoinClaims {
  std::string id;                        // jti: a word
  std::string collective;                // the main one
  std::vector<std::string> collectives;  // further ones; left out of the token when there are none
  std::vector<std::string> identities;   // globs ('*' and '?') of names it may be used for
  bool master = false;                   // may offer a Puppet CA
  bool replace = false;                  // may take a name that another machine's certificate holds
  std::string workflow;                  // the only one that may provision with it; empty: any
  // Certificate extensions that the node may ask for, by Puppet's name or by numbers, with exactly
  // that value: {"pp_role": "web"}.
  std::map<std::string, std::string> extensions;
  // Globs of further names that its certificate may have, or addresses: "www.example", "IP:192.0.2.1".
  std::vector<std::string> alternative_names;
  // Of a master's token, and of no other: globs of the names that its CA may issue.
  std::vector<std::string> issues;
  // Of a master's token too: the facts by which nodes are sent to it ({"country": "de"}); none: those
  // that it tells itself.
  std::map<std::string, std::string> serves;
  std::int64_t issued_at_ms = 0;  // whole seconds on the wire
  std::int64_t expires_at_ms = 0;
  std::uint32_t uses = 1;  // names that may join with it; 0: any number
  Value key;               // the public key (JWK) whose private half is in the token's file
};

// Errc::invalid_data or limit, naming the claim, for claims that nobody would accept.
Status check_claims(const JoinClaims& claims);
// As JSON, and back. The reader checks them too.
std::string claims_text(const JoinClaims& claims);
Result<JoinClaims> claims_from_text(std::string_view json);

// One name and one use: made for a certain machine.
bool is_exact(const JoinClaims& claims);

// Errc::expired, or Errc::refused "token … is for web-*, not for 'db1'", or before its time begins.
Status usable_by(const JoinClaims& claims, std::string_view identity, std::int64_t now_ms);

}  // namespace muster::security
