#include "proto/security/join_claims.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "proto/base/clock.hpp"
#include "proto/base/names.hpp"
#include "proto/security/claims.hpp"
#include "proto/security/jwk.hpp"

namespace muster::security {
namespace {

constexpr std::size_t kIdMaxBytes = 64;
constexpr std::int64_t kTimeMaxS = 253'402'300'799;  // the end of the year 9999

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
  const auto in_range = [](std::int64_t ms) { return ms >= 0 && ms / 1000 <= kTimeMaxS; };
  if (!in_range(claims.issued_at_ms) || !in_range(claims.expires_at_ms))
    return fail(Errc::invalid_data, "claims 'iat' and 'exp' must be times from 1970 to 9999");
  if (claims.expires_at_ms <= claims.issued_at_ms)
    return fail(Errc::invalid_data, "claim 'exp' must lie after 'iat'");
  return {};
}

Status check_extensions(const JoinClaims& claims) {
  MUSTER_TRY(check_most("extensions", claims.extensions.size(), kTokenExtensionsMax));
  for (const auto& [name, value] : claims.extensions) {
    MUSTER_TRY(within("extensions", base::check_word("extension", name)));
    if (value.empty() || value.size() > kExtensionValueMaxBytes)
      return fail(Errc::invalid_data,
                  fmt::format("claim 'extensions': {} must have a value of 1 to {} bytes",
                              base::quoted(name), kExtensionValueMaxBytes));
  }
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
  if (claims.id.size() > kIdMaxBytes)
    return fail(Errc::limit, fmt::format("claim 'jti' is longer than {} bytes", kIdMaxBytes));
  MUSTER_TRY(check_names(claims));
  MUSTER_TRY(check_extensions(claims));
  if (claims.uses > kTokenUsesMax)
    return fail(Errc::limit, fmt::format("claim 'uses' is above {}", kTokenUsesMax));
  if (auto key = key_from_jwk(claims.key); !key) return fail(key.error());
  return check_times(claims);
}

std::string claims_text(const JoinClaims& claims) {
  Value out = {{"jti", claims.id},
               {"iat", claims.issued_at_ms / 1000},
               {"exp", claims.expires_at_ms / 1000},
               {"collective", claims.collective},
               {"identities", claims.identities},
               {"master", claims.master},
               {"replace", claims.replace},
               {"uses", claims.uses},
               {"cnf", {{"jwk", claims.key}}}};
  if (!claims.collectives.empty()) out["collectives"] = claims.collectives;
  if (!claims.workflow.empty()) out["workflow"] = claims.workflow;
  if (!claims.extensions.empty()) out["extensions"] = claims.extensions;
  return out.dump(-1, ' ', false, Value::error_handler_t::replace);
}

Result<JoinClaims> claims_from_text(std::string_view json) {
  const auto value = Value::parse(json, nullptr, false);
  if (value.is_discarded()) return fail(Errc::invalid_data, "the token's payload is not JSON");
  ClaimReader read(value);
  JoinClaims claims;
  claims.id = read.text("jti", kIdMaxBytes);
  claims.issued_at_ms = read.integer("iat", 0, kTimeMaxS) * 1000;
  claims.expires_at_ms = read.integer("exp", 0, kTimeMaxS) * 1000;
  claims.collective = read.text("collective", base::kNameMaxBytes);
  if (read.has("collectives")) claims.collectives = read.texts("collectives", kTokenCollectivesMax);
  claims.identities = read.texts("identities", kTokenIdentitiesMax);
  claims.master = read.boolean("master");
  claims.replace = read.boolean("replace");
  if (read.has("workflow")) claims.workflow = read.text("workflow", base::kNameMaxBytes);
  if (read.has("extensions"))
    claims.extensions = read.map_of_texts("extensions", kTokenExtensionsMax);
  claims.uses = static_cast<std::uint32_t>(read.integer("uses", 0, kTokenUsesMax));
  claims.key = read.member_of("cnf", "jwk");
  MUSTER_TRY(read.finish());
  MUSTER_TRY(check_claims(claims));
  return claims;
}

bool is_exact(const JoinClaims& claims) {
  return claims.uses == 1 && claims.identities.size() == 1 &&
         glob_is_exact(claims.identities.front());
}

Status usable_by(const JoinClaims& claims, std::string_view identity, std::int64_t now_ms) {
  MUSTER_TRY(base::check_identity(identity));
  if (now_ms >= claims.expires_at_ms)
    return fail(Errc::expired, fmt::format("token {} expired at {}; make a new one with 'muster "
                                           "token create'",
                                           claims.id, base::iso8601(claims.expires_at_ms)));
  if (now_ms < claims.issued_at_ms - kTokenAheadMaxMs)
    return fail(Errc::refused,
                fmt::format("token {} is good from {} on; check the clock of the machine that made "
                            "it, and ours",
                            claims.id, base::iso8601(claims.issued_at_ms)));
  const bool covered = std::any_of(claims.identities.begin(), claims.identities.end(),
                                   [&](const auto& glob) { return glob_match(glob, identity); });
  if (!covered)
    return fail(Errc::refused,
                fmt::format("token {} is for {}, not for {}", claims.id,
                            fmt::join(claims.identities, ", "), base::quoted(identity)));
  return {};
}

}  // namespace muster::security
