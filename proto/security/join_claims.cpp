#include "proto/security/join_claims.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "proto/base/clock.hpp"
#include "proto/base/names.hpp"
#include "proto/security/claims.hpp"

namespace muster::security {

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
  if (!claims.alternative_names.empty()) out["alternative_names"] = claims.alternative_names;
  if (!claims.issues.empty()) out["issues"] = claims.issues;
  if (!claims.serves.empty()) out["serves"] = claims.serves;
  return out.dump(-1, ' ', false, Value::error_handler_t::replace);
}

Result<JoinClaims> claims_from_text(std::string_view json) {
  const auto value = Value::parse(json, nullptr, false);
  if (value.is_discarded()) return fail(Errc::invalid_data, "the token's payload is not JSON");
  ClaimReader read(value);
  JoinClaims claims;
  claims.id = read.text("jti", kTokenIdMaxBytes);
  claims.issued_at_ms = read.integer("iat", 0, kTokenTimeMaxS) * 1000;
  claims.expires_at_ms = read.integer("exp", 0, kTokenTimeMaxS) * 1000;
  claims.collective = read.text("collective", base::kNameMaxBytes);
  if (read.has("collectives")) claims.collectives = read.texts("collectives", kTokenCollectivesMax);
  claims.identities = read.texts("identities", kTokenIdentitiesMax);
  claims.master = read.boolean("master");
  claims.replace = read.boolean("replace");
  if (read.has("workflow")) claims.workflow = read.text("workflow", base::kNameMaxBytes);
  if (read.has("extensions"))
    claims.extensions = read.map_of_texts("extensions", kTokenExtensionsMax);
  if (read.has("alternative_names"))
    claims.alternative_names = read.texts("alternative_names", kTokenIdentitiesMax);
  if (read.has("issues")) claims.issues = read.texts("issues", kTokenIdentitiesMax);
  if (read.has("serves")) claims.serves = read.map_of_texts("serves", kTokenServesMax);
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
