// The join token as it travels: a JWT (RFC 7519) over the claims, signed with ES256 by an issuer of
// the operator root, whose certificate is in its header (x5c). No other algorithm is ever accepted,
// whatever the header says. Whoever shows one must also prove that it holds the key that the claim
// `cnf` names (RFC 7800): a token that was overheard is of no use.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/result.hpp"
#include "proto/security/issuer.hpp"
#include "proto/security/join_claims.hpp"
#include "proto/x509/certificate.hpp"
#include "proto/x509/key.hpp"

namespace muster::security {

inline constexpr std::size_t kTokenMaxBytes = 32 * 1024;

// header.payload.signature. Errc::refused when the issuer may not make such a token.
Result<std::string> sign_token(const JoinClaims& claims, const x509::Certificate& issuer,
                               const x509::Key& issuer_key);

struct VerifiedToken {
  JoinClaims claims;
  x509::Certificate issuer;
};
// The issuer up to `root` at `now_ms`, its signature, the claims' form, and that they lie within
// what the issuer may make. Whether the token itself has expired is not judged: see usable_by.
Result<VerifiedToken> verify_token(std::string_view text, const x509::Certificate& root,
                                   std::int64_t now_ms);

// The same under whichever of `roots` issued the issuer: two stand side by side while one is rotated.
Result<VerifiedToken> verify_token(std::string_view text,
                                   const std::vector<x509::Certificate>& roots,
                                   std::int64_t now_ms);

// The certificate that the token carries, unverified.
Result<x509::Certificate> token_signer(std::string_view text);

// What the holder of a token's key signs, so that nothing of the announcement can be exchanged:
// purpose, nonce, client id, name and the key that the node will be known by (SubjectPublicKeyInfo,
// DER). `purpose` separates the kinds of proof from each other.
inline constexpr std::string_view kTokenKeyPurpose = "token key";
inline constexpr std::string_view kOldKeyPurpose = "old key";
inline constexpr std::string_view kCaPurpose = "ca proof";
struct ProofContent {
  std::string nonce;
  std::string client_id;
  std::string identity;
  std::string new_key_der;
};
std::string proof_bytes(std::string_view purpose, const ProofContent& content);

}  // namespace muster::security
