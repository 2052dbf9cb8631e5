#include "proto/security/join_token.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "proto/base/encoding.hpp"
#include "proto/security/jws.hpp"

namespace muster::security {
namespace {

std::string_view without_newline(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' '))
    text.remove_suffix(1);
  return text;
}

Status check_size(std::string_view text) {
  if (text.size() <= kTokenMaxBytes) return {};
  return fail(Errc::limit,
              fmt::format("a token of {} bytes; the limit is {}", text.size(), kTokenMaxBytes));
}

}  // namespace

Result<std::string> sign_token(const JoinClaims& claims, const x509::Certificate& issuer,
                               const x509::Key& issuer_key) {
  MUSTER_TRY(check_claims(claims));
  MUSTER_ASSIGN(const auto limits, limits_of(issuer));
  MUSTER_TRY(within_limits(claims, limits, issuer.common_name()));
  if (!issuer.matches(issuer_key))
    return fail(Errc::invalid_data,
                fmt::format("the key is not that of issuer '{}'", issuer.common_name()));
  MUSTER_ASSIGN(auto text, jws_sign(claims_text(claims), issuer_key, issuer));
  MUSTER_TRY(check_size(text));
  return text;
}

Result<VerifiedToken> verify_token(std::string_view text, const x509::Certificate& root,
                                   std::int64_t now_ms) {
  text = without_newline(text);
  MUSTER_TRY(check_size(text));
  MUSTER_ASSIGN(const auto jws, jws_split(text));
  MUSTER_TRY(check_issuer(jws.signer, root, now_ms));
  MUSTER_TRY(jws_verify(jws, jws.signer.public_key()));
  MUSTER_ASSIGN(const auto limits, limits_of(jws.signer));
  auto payload = base::from_base64url(jws.payload);
  if (!payload) return fail(payload.error().within("the token's payload"));
  MUSTER_ASSIGN(auto claims, claims_from_text(*payload));
  MUSTER_TRY(within_limits(claims, limits, jws.signer.common_name()));
  return VerifiedToken{std::move(claims), jws.signer};
}

Result<VerifiedToken> verify_token(std::string_view text,
                                   const std::vector<x509::Certificate>& roots,
                                   std::int64_t now_ms) {
  if (roots.empty()) return fail(Errc::refused, "no operator root is known");
  MUSTER_ASSIGN(const auto signer, token_signer(text));
  const auto issuer = std::find_if(roots.begin(), roots.end(),
                                   [&](const auto& root) { return signer.issued_by(root); });
  return verify_token(text, issuer == roots.end() ? roots.front() : *issuer, now_ms);
}

Result<x509::Certificate> token_signer(std::string_view text) {
  text = without_newline(text);
  MUSTER_TRY(check_size(text));
  MUSTER_ASSIGN(const auto jws, jws_split(text));
  return jws.signer;
}

std::string proof_bytes(std::string_view purpose, const ProofContent& content) {
  return fmt::format("muster/v1 {}\n{}\n{}\n{}\n{}\n", purpose, content.nonce, content.client_id,
                     content.identity, x509::sha256_hex(content.new_key_der));
}

}  // namespace muster::security
