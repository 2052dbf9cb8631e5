#include "proto/security/join_token.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "proto/base/clock.hpp"
#include "proto/base/encoding.hpp"
#include "proto/base/endpoint.hpp"
#include "proto/base/names.hpp"
#include "proto/security/claims.hpp"
#include "proto/security/jws.hpp"

namespace muster::security {
namespace {

constexpr std::size_t kIdMaxBytes = 64;
constexpr std::size_t kPasswordMaxBytes = 128;
constexpr std::size_t kRootMaxBytes = 8 * 1024;
constexpr std::int64_t kTimeMaxS = 253'402'300'799;  // the end of the year 9999

Status within(const char* claim, const Status& status) {
  if (status) return {};
  return fail(status.error().within(fmt::format("claim '{}'", claim)));
}

Status check_brokers(const char* claim, const std::vector<std::string>& brokers) {
  for (const auto& broker : brokers)
    if (auto endpoint = base::parse_endpoint(broker); !endpoint)
      return within(claim, fail(endpoint.error()));
  return {};
}

Status check_count(const char* claim, std::size_t count, std::size_t most) {
  if (count >= 1 && count <= most) return {};
  return fail(Errc::limit,
              fmt::format("claim '{}' has {} entries; 1 to {} are accepted", claim, count, most));
}

Status check_times(const JoinToken& token) {
  const auto in_range = [](std::int64_t ms) { return ms >= 0 && ms / 1000 <= kTimeMaxS; };
  if (!in_range(token.issued_at_ms) || !in_range(token.expires_at_ms))
    return fail(Errc::invalid_data, "claims 'iat' and 'exp' must be times from 1970 to 9999");
  if (token.expires_at_ms <= token.issued_at_ms)
    return fail(Errc::invalid_data, "claim 'exp' must lie after 'iat'");
  return {};
}

std::string payload_of(const JoinToken& token) {
  Value claims = {{"jti", token.id},
                  {"iat", token.issued_at_ms / 1000},
                  {"exp", token.expires_at_ms / 1000},
                  {"join_brokers", token.join_brokers},
                  {"node_brokers", token.node_brokers},
                  {"join_password", token.join_password},
                  {"operator_root_pem", token.operator_root_pem},
                  {"orchestrator_root_pem", token.orchestrator_root_pem},
                  {"collective", token.collective},
                  {"identities", token.identities},
                  {"master", token.master},
                  {"uses", token.uses}};
  if (!token.collectives.empty()) claims["collectives"] = token.collectives;
  // Text that is not UTF-8 cannot come from a checked token but for the password and the root.
  return claims.dump(-1, ' ', false, Value::error_handler_t::replace);
}

Result<JoinToken> read_claims(const Jws& jws) {
  auto payload = base::from_base64url(jws.payload);
  if (!payload) return fail(payload.error().within("the token's payload"));
  const auto claims = Value::parse(*payload, nullptr, false);
  if (claims.is_discarded()) return fail(Errc::invalid_data, "the token's payload is not JSON");
  ClaimReader read(claims);
  JoinToken token;
  token.id = read.text("jti", kIdMaxBytes);
  token.issued_at_ms = read.integer("iat", 0, kTimeMaxS) * 1000;
  token.expires_at_ms = read.integer("exp", 0, kTimeMaxS) * 1000;
  token.join_brokers = read.texts("join_brokers", kTokenBrokersMax);
  token.node_brokers = read.texts("node_brokers", kTokenBrokersMax);
  token.join_password = read.text("join_password", kPasswordMaxBytes);
  token.operator_root_pem = read.text("operator_root_pem", kRootMaxBytes);
  token.orchestrator_root_pem = read.text("orchestrator_root_pem", kRootMaxBytes);
  token.collective = read.text("collective", base::kNameMaxBytes);
  if (claims.is_object() && claims.contains("collectives"))
    token.collectives = read.texts("collectives", kTokenCollectivesMax);
  token.identities = read.texts("identities", kTokenIdentitiesMax);
  token.master = read.boolean("master");
  token.uses = static_cast<std::uint32_t>(read.integer("uses", 0, kTokenUsesMax));
  MUSTER_TRY(read.status());
  MUSTER_TRY(check_token(token));
  return token;
}

Result<Jws> split(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' '))
    text.remove_suffix(1);  // a file ends with a newline
  if (text.size() > kTokenMaxBytes)
    return fail(Errc::limit,
                fmt::format("a token of {} bytes; the limit is {}", text.size(), kTokenMaxBytes));
  return jws_split(text);
}

Status check_carried_root(const JoinToken& token, const x509::Certificate& root) {
  MUSTER_ASSIGN(const auto carried,
                x509::Certificate::from_pem(token.operator_root_pem, "claim 'operator_root_pem'"));
  if (carried.fingerprint() != root.fingerprint())
    return fail(Errc::refused, "claim 'operator_root_pem' is another root than the token's signer");
  return {};
}

// One root for both would make every operator an orchestrator.
Status check_orchestrator_root(const JoinToken& token) {
  constexpr auto kClaim = "claim 'orchestrator_root_pem'";
  MUSTER_ASSIGN(const auto root, x509::Certificate::from_pem(token.orchestrator_root_pem, kClaim));
  if (!root.is_ca()) return fail(Errc::invalid_data, fmt::format("{} is not a CA", kClaim));
  if (token.orchestrator_root_pem == token.operator_root_pem)
    return fail(Errc::invalid_data, fmt::format("{} is the operator root", kClaim));
  return {};
}

Result<JoinToken> read_own(std::string_view text) {
  MUSTER_ASSIGN(const auto jws, split(text));
  MUSTER_ASSIGN(auto token, read_claims(jws));
  MUSTER_ASSIGN(const auto root,
                x509::Certificate::from_pem(token.operator_root_pem, "claim 'operator_root_pem'"));
  if (!root.is_ca()) return fail(Errc::invalid_data, "claim 'operator_root_pem' is not a CA");
  MUSTER_TRY(jws_verify(jws, root.public_key()));
  return token;
}

}  // namespace

Status check_token(const JoinToken& token) {
  MUSTER_TRY(within("jti", base::check_word("token id", token.id)));
  if (token.id.size() > kIdMaxBytes)
    return fail(Errc::limit, fmt::format("claim 'jti' is longer than {} bytes", kIdMaxBytes));
  MUSTER_TRY(check_count("join_brokers", token.join_brokers.size(), kTokenBrokersMax));
  MUSTER_TRY(check_brokers("join_brokers", token.join_brokers));
  MUSTER_TRY(check_count("node_brokers", token.node_brokers.size(), kTokenBrokersMax));
  MUSTER_TRY(check_brokers("node_brokers", token.node_brokers));
  if (token.join_password.empty() || token.join_password.size() > kPasswordMaxBytes)
    return fail(Errc::invalid_data,
                fmt::format("claim 'join_password' must have 1 to {} bytes", kPasswordMaxBytes));
  MUSTER_TRY(within("collective", base::check_word("collective", token.collective)));
  if (token.collectives.size() > kTokenCollectivesMax)
    MUSTER_TRY(check_count("collectives", token.collectives.size(), kTokenCollectivesMax));
  for (const auto& collective : token.collectives)
    MUSTER_TRY(within("collectives", base::check_word("collective", collective)));
  MUSTER_TRY(check_count("identities", token.identities.size(), kTokenIdentitiesMax));
  for (const auto& glob : token.identities)
    MUSTER_TRY(within("identities", check_identity_glob(glob)));
  if (token.uses > kTokenUsesMax)
    return fail(Errc::limit, fmt::format("claim 'uses' is above {}", kTokenUsesMax));
  MUSTER_TRY(check_orchestrator_root(token));
  return check_times(token);
}

Result<std::string> sign_token(const JoinToken& token, const x509::Key& root_key) {
  MUSTER_TRY(check_token(token));
  MUSTER_ASSIGN(const auto root,
                x509::Certificate::from_pem(token.operator_root_pem, "claim 'operator_root_pem'"));
  if (!root.matches(root_key))
    return fail(Errc::invalid_data,
                "claim 'operator_root_pem' is not the signing key's certificate");
  MUSTER_ASSIGN(auto text, jws_sign(payload_of(token), root_key));
  if (text.size() > kTokenMaxBytes)
    return fail(Errc::limit, fmt::format("the token has {} bytes; the limit is {}", text.size(),
                                         kTokenMaxBytes));
  return text;
}

Result<JoinToken> verify_token(std::string_view text, const x509::Certificate& root) {
  MUSTER_ASSIGN(const auto jws, split(text));
  MUSTER_TRY(jws_verify(jws, root.public_key()));
  MUSTER_ASSIGN(auto token, read_claims(jws));
  MUSTER_TRY(check_carried_root(token, root));
  return token;
}

Result<JoinToken> read_own_token(std::string_view text, std::string_view file) {
  auto token = read_own(text);
  if (!token) return fail(token.error().within(file));
  return token;
}

Status usable_by(const JoinToken& token, std::string_view identity, std::int64_t now_ms) {
  MUSTER_TRY(base::check_identity(identity));
  if (now_ms >= token.expires_at_ms)
    return fail(Errc::expired, fmt::format("token {} expired at {}; make a new one with 'muster "
                                           "token create'",
                                           token.id, base::iso8601(token.expires_at_ms)));
  const bool covered = std::any_of(token.identities.begin(), token.identities.end(),
                                   [&](const auto& glob) { return glob_match(glob, identity); });
  if (!covered)
    return fail(Errc::refused,
                fmt::format("token {} is for {}, not for {}", token.id,
                            fmt::join(token.identities, ", "), base::quoted(identity)));
  return {};
}

Status check_identity_glob(std::string_view glob) {
  auto plain = std::string(glob);
  std::replace_if(
      plain.begin(), plain.end(), [](char c) { return c == '*' || c == '?'; }, 'x');
  if (base::check_identity(plain)) return {};
  return fail(Errc::invalid_data,
              fmt::format("{} is no pattern for identities: use lower case letters, digits, '.', "
                          "'-', '_', and '*' or '?' for what varies",
                          base::quoted(glob)));
}

bool glob_match(std::string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  auto star = std::string_view::npos;  // the latest '*', to which we come back
  std::size_t resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

}  // namespace muster::security
