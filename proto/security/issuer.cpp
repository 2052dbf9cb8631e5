#include "proto/security/issuer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "proto/base/names.hpp"
#include "proto/security/chain.hpp"
#include "proto/security/claims.hpp"
#include "proto/security/trust_store.hpp"
#include "proto/x509/puppet_oids.hpp"

namespace muster::security {
namespace {

std::string duration_in_words(std::int64_t seconds) {
  constexpr std::int64_t kDayS = 24 * 3600;
  return seconds % kDayS == 0 ? fmt::format("{} d", seconds / kDayS) : fmt::format("{} s", seconds);
}

// Whatever the token lets somebody be called.
Status covers_names(const std::vector<std::string>& globs, const IssuerLimits& limits,
                    std::string_view name) {
  for (const auto& glob : globs) {
    const bool covered = std::any_of(limits.identities.begin(), limits.identities.end(),
                                     [&](const auto& wide) { return glob_covers(wide, glob); });
    if (!covered)
      return fail(Errc::refused, fmt::format("issuer {} may make tokens for {} only, not for {}",
                                             base::quoted(name), fmt::join(limits.identities, ", "),
                                             base::quoted(glob)));
  }
  return {};
}

bool may_allow(const IssuerLimits& limits, const std::string& extension) {
  const auto oid = x509::node_extension(extension);
  const auto is_it = [&](const std::string& name) {
    return name == kEveryExtension || x509::node_extension(name).value_or("") == *oid;
  };
  return oid && std::any_of(limits.extensions.begin(), limits.extensions.end(), is_it);
}

Status covers_extensions(const JoinClaims& claims, const IssuerLimits& limits,
                         std::string_view name) {
  for (const auto& [extension, value] : claims.extensions)
    if (!may_allow(limits, extension))
      return fail(Errc::refused,
                  fmt::format("issuer {} may not allow the certificate extension {}; one made with "
                              "'muster issuer create --extension {}' may",
                              base::quoted(name), base::quoted(extension), extension));
  return {};
}

}  // namespace

Status check_limits(const IssuerLimits& limits) {
  if (limits.identities.empty() || limits.identities.size() > kTokenIdentitiesMax)
    return fail(Errc::limit, fmt::format("an issuer needs 1 to {} patterns of identities, not {}",
                                         kTokenIdentitiesMax, limits.identities.size()));
  for (const auto& glob : limits.identities) MUSTER_TRY(check_identity_glob(glob));
  if (limits.uses > kTokenUsesMax)
    return fail(Errc::limit, fmt::format("an issuer's most uses are 0 (any number) to {}, not {}",
                                         kTokenUsesMax, limits.uses));
  if (limits.life_s < 1 || limits.life_s > kTokenLifeMaxS)
    return fail(Errc::limit,
                fmt::format("an issuer's longest life of a token is 1 s to {}, not {}",
                            duration_in_words(kTokenLifeMaxS), duration_in_words(limits.life_s)));
  if (limits.extensions.size() > kTokenExtensionsMax)
    return fail(Errc::limit, fmt::format("an issuer may name {} extensions at most, not {}",
                                         kTokenExtensionsMax, limits.extensions.size()));
  for (const auto& name : limits.extensions)
    if (name != kEveryExtension)
      if (auto known = x509::node_extension(name); !known) return fail(known.error());
  return {};
}

std::string limits_text(const IssuerLimits& limits) {
  Value out = {{"identities", limits.identities},
               {"uses", limits.uses},
               {"life_s", limits.life_s},
               {"master", limits.master},
               {"replace", limits.replace}};
  if (!limits.extensions.empty()) out["extensions"] = limits.extensions;
  return out.dump();
}

Result<IssuerLimits> limits_of(const x509::Certificate& issuer) {
  const auto text = issuer.text_extension(kIssuerLimitsOid);
  const auto where =
      fmt::format("the limits in the certificate of issuer {}", base::quoted(issuer.common_name()));
  if (text.empty() || text.size() > kIssuerLimitsMaxBytes)
    return fail(Errc::refused, where +
                                   " are missing or too long; make the issuer anew with "
                                   "'muster issuer create'");
  const auto value = Value::parse(text, nullptr, false);
  ClaimReader read(value);
  IssuerLimits limits;
  limits.identities = read.texts("identities", kTokenIdentitiesMax);
  limits.uses = static_cast<std::uint32_t>(read.integer("uses", 0, kTokenUsesMax));
  limits.life_s = read.integer("life_s", 1, kTokenLifeMaxS);
  limits.master = read.boolean("master");
  limits.replace = read.boolean("replace");
  if (read.has("extensions")) limits.extensions = read.texts("extensions", kTokenExtensionsMax);
  if (auto whole = read.finish(); !whole) return fail(whole.error().within(where));
  if (auto good = check_limits(limits); !good) return fail(good.error().within(where));
  return limits;
}

Status within_limits(const JoinClaims& claims, const IssuerLimits& limits, std::string_view name) {
  MUSTER_TRY(covers_names(claims.identities, limits, name));
  MUSTER_TRY(covers_names(claims.alternative_names, limits, name));
  MUSTER_TRY(covers_names(claims.issues, limits, name));
  MUSTER_TRY(covers_extensions(claims, limits, name));
  if (limits.uses > 0 && (claims.uses == 0 || claims.uses > limits.uses))
    return fail(
        Errc::refused,
        fmt::format("issuer {} may make tokens of {} uses at most, not of {}", base::quoted(name),
                    limits.uses, claims.uses == 0 ? "any number" : std::to_string(claims.uses)));
  const auto life_s = (claims.expires_at_ms - claims.issued_at_ms) / 1000;
  if (life_s > limits.life_s)
    return fail(Errc::refused,
                fmt::format("issuer {} may make tokens that are good for {} at most, not for {}",
                            base::quoted(name), duration_in_words(limits.life_s),
                            duration_in_words(life_s)));
  if (claims.master && !limits.master)
    return fail(Errc::refused,
                fmt::format("issuer {} may not make tokens for masters", base::quoted(name)));
  if (claims.replace && !limits.replace)
    return fail(Errc::refused,
                fmt::format("issuer {} may not make tokens that replace", base::quoted(name)));
  return {};
}

Status check_issuer(const x509::Certificate& issuer, const x509::Certificate& root,
                    std::int64_t now_ms) {
  if (role_from(issuer.organizational_unit()) != Role::issuer || issuer.is_ca() ||
      !issuer.issued_by(root))
    return fail(Errc::refused,
                fmt::format("the token is signed by {}, which is no issuer of this operator root",
                            base::quoted(issuer.subject())));
  auto valid = verify_chain({issuer}, root, now_ms);
  if (!valid) return fail(valid.error().within("the token's issuer"));
  return {};
}

}  // namespace muster::security
