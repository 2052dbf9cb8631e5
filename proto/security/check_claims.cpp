// What claims nobody would accept.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <set>

#include "proto/base/names.hpp"
#include "proto/security/join_claims.hpp"
#include "proto/security/jwk.hpp"
#include "proto/x509/puppet_oids.hpp"

namespace muster::security {
namespace {

Status within(const char* claim, const Status& status) {
  if (status) return {};
  return fail(status.error().within(fmt::format("claim '{}'", claim)));
}

Status check_most(const char* claim, std::size_t count, std::size_t most) {
  if (count <= most) return {};
  return fail(Errc::limit, fmt::format("claim '{}' has {} entries; at most {} are accepted", claim,
                                       count, most));
}

Status check_times(const JoinClaims& claims) {
  const auto in_range = [](std::int64_t ms) { return ms >= 0 && ms / 1000 <= kTokenTimeMaxS; };
  if (!in_range(claims.issued_at_ms) || !in_range(claims.expires_at_ms))
    return fail(Errc::invalid_data, "claims 'iat' and 'exp' must be times from 1970 to 9999");
  if (claims.expires_at_ms <= claims.issued_at_ms)
    return fail(Errc::invalid_data, "claim 'exp' must lie after 'iat'");
  return {};
}

Status check_extensions(const JoinClaims& claims) {
  MUSTER_TRY(check_most("extensions", claims.extensions.size(), kTokenExtensionsMax));
  std::set<std::string> seen;
  for (const auto& [name, value] : claims.extensions) {
    const auto oid = x509::node_extension(name);
    if (!oid) return fail(oid.error().within("claim 'extensions'"));
    if (!seen.insert(*oid).second)
      return fail(Errc::invalid_data, fmt::format("claim 'extensions': {} stands there twice, by "
                                                  "its name and by its numbers",
                                                  base::quoted(name)));
    if (value.empty() || value.size() > kExtensionValueMaxBytes)
      return fail(Errc::invalid_data,
                  fmt::format("claim 'extensions': {} must have a value of 1 to {} bytes",
                              base::quoted(name), kExtensionValueMaxBytes));
  }
  return {};
}

Status check_alternative_names(const JoinClaims& claims) {
  MUSTER_TRY(check_most("alternative_names", claims.alternative_names.size(), kTokenIdentitiesMax));
  for (const auto& name : claims.alternative_names)
    if (!name.starts_with("IP:"))
      MUSTER_TRY(within("alternative_names", check_identity_glob(name)));
  return {};
}

Status check_issues(const JoinClaims& claims) {
  if (claims.master != !claims.issues.empty())
    return fail(Errc::invalid_data,
                claims.master
                    ? "claim 'issues': a token for a master must say which names its CA may issue, "
                      "such as 'web*'; '*' is every name"
                    : "claim 'issues' is for tokens of masters alone");
  MUSTER_TRY(check_most("issues", claims.issues.size(), kTokenIdentitiesMax));
  for (const auto& glob : claims.issues) MUSTER_TRY(within("issues", check_identity_glob(glob)));
  return {};
}

Status check_serves(const JoinClaims& claims) {
  if (!claims.master && !claims.serves.empty())
    return fail(Errc::invalid_data, "claim 'serves' is for tokens of masters alone");
  MUSTER_TRY(check_most("serves", claims.serves.size(), kTokenServesMax));
  std::size_t bytes = 0;
  for (const auto& [fact, value] : claims.serves) {
    bytes += fact.size() + value.size();
    if (fact.empty() || value.empty())
      return fail(Errc::invalid_data, "claim 'serves': a fact needs a name and a value");
  }
  if (bytes > kServesMaxBytes)
    return fail(Errc::limit, fmt::format("claim 'serves' has {} bytes of facts; the limit is {}",
                                         bytes, kServesMaxBytes));
  return {};
}

Status check_names(const JoinClaims& claims) {
  MUSTER_TRY(within("collective", base::check_word("collective", claims.collective)));
  MUSTER_TRY(check_most("collectives", claims.collectives.size(), kTokenCollectivesMax));
  for (const auto& collective : claims.collectives)
    MUSTER_TRY(within("collectives", base::check_word("collective", collective)));
  if (claims.identities.empty())
    return fail(Errc::limit, "claim 'identities' must name 1 name or pattern at least");
  MUSTER_TRY(check_most("identities", claims.identities.size(), kTokenIdentitiesMax));
  for (const auto& glob : claims.identities)
    MUSTER_TRY(within("identities", check_identity_glob(glob)));
  if (!claims.workflow.empty())
    MUSTER_TRY(within("workflow", base::check_word("workflow", claims.workflow)));
  return {};
}

}  // namespace

Status check_claims(const JoinClaims& claims) {
  MUSTER_TRY(within("jti", base::check_word("token id", claims.id)));
  if (claims.id.size() > kTokenIdMaxBytes)
    return fail(Errc::limit, fmt::format("claim 'jti' is longer than {} bytes", kTokenIdMaxBytes));
  MUSTER_TRY(check_names(claims));
  MUSTER_TRY(check_extensions(claims));
  MUSTER_TRY(check_alternative_names(claims));
  MUSTER_TRY(check_issues(claims));
  MUSTER_TRY(check_serves(claims));
  if (claims.uses > kTokenUsesMax)
    return fail(Errc::limit, fmt::format("claim 'uses' is above {}", kTokenUsesMax));
  if (auto key = key_from_jwk(claims.key); !key) return fail(key.error());
  return check_times(claims);
}

}  // namespace muster::security
