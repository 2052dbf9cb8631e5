#include "tests/sim/crypto/hash_token.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <vector>

#include "proto/base/encoding.hpp"
#include "proto/security/jwk.hpp"

namespace muster::sim {
namespace {

std::vector<std::string> parts_of(const std::string& text) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at <= text.size();) {
    const auto end = std::min(text.find('.', at), text.size());
    parts.push_back(base::from_base64url(text.substr(at, end - at)).value_or(""));
    at = end + 1;
  }
  return parts;
}

}  // namespace

Result<std::string> make_hash_token(
    const security::JoinClaims& claims, const x509::Certificate& issuer,
    const std::function<std::string(std::string_view bytes)>& sign) {
  MUSTER_TRY(security::check_claims(claims));
  const auto said = security::claims_text(claims);
  const auto der = issuer.der();
  return fmt::format("{}.{}.{}", base::to_base64url(said), base::to_base64url(der),
                     base::to_base64url(sign(said + der)));
}

Result<HashToken> read_hash_token(const std::string& text) {
  const auto parts = parts_of(text);
  if (parts.size() != 3) return fail(Errc::invalid_data, "a token has three parts");
  MUSTER_ASSIGN(auto claims, security::claims_from_text(parts[0]));
  MUSTER_ASSIGN(auto issuer, x509::Certificate::from_der(parts[1]));
  return HashToken{std::move(claims), std::move(issuer), parts[0] + parts[1], parts[2]};
}

x509::Key hash_token_key() {
  return security::key_from_jwk({{"kty", "EC"},
                                 {"crv", "P-256"},
                                 {"x", "axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY"},
                                 {"y", "T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU"}})
      .value();
}

}  // namespace muster::sim
