#include "orchestrator/authority/tokens.hpp"

#include <fmt/format.h>

#include "orchestrator/authority/join_passwords.hpp"
#include "proto/base/encoding.hpp"
#include "proto/base/files.hpp"
#include "proto/security/jwk.hpp"
#include "proto/security/token_file.hpp"

namespace muster::authority {
namespace {

// As they are in force: two while one is rotated.
Result<std::string> pem_of_roots(const std::filesystem::path& file) {
  MUSTER_ASSIGN(const auto text, base::read_file(file));
  MUSTER_ASSIGN(const auto roots, x509::Certificate::all_from_pem(text, file.string()));
  std::string pem;
  for (const auto& root : roots) pem += root.pem();
  return pem;
}

// Of whichever root it is; the refusal is about the newest.
Status check_issuer_of(const x509::Certificate& issuer, const std::string& roots_pem,
                       std::int64_t now_ms) {
  MUSTER_ASSIGN(const auto roots, x509::Certificate::all_from_pem(roots_pem, "operator root"));
  for (const auto& root : roots)
    if (issuer.issued_by(root)) return security::check_issuer(issuer, root, now_ms);
  return security::check_issuer(issuer, roots.front(), now_ms);
}

Status check_spec(const settings::Settings& settings, const TokenSpec& spec) {
  if (settings.join_brokers.empty() || settings.node_brokers.empty())
    return fail(Errc::config,
                fmt::format("{}: section 'join' must name join_brokers and node_brokers "
                            "before a token can be made",
                            settings.file.string()));
  if (spec.identities.empty())
    return fail(Errc::config,
                "say for which identities the token is, such as 'web-*.example'; '*' is all");
  if (spec.master && spec.issues.empty())
    return fail(Errc::config,
                "say which names the master's CA may issue, such as --issues 'web*.example'; "
                "'*' is every name");
  if (!spec.master && !spec.issues.empty())
    return fail(Errc::config,
                "--issues says which names a master's CA may issue: it needs --master");
  if (!spec.master && !spec.serves.empty())
    return fail(Errc::config, "--serves says which nodes a master gets: it needs --master");
  if (spec.valid_for.count() <= 0)
    return fail(Errc::config, "a token must be valid for at least a second");
  return {};
}

// In seconds first: milliseconds of an absurd duration would overflow.
Result<std::int64_t> end_of(const TokenSpec& spec, const x509::Certificate& issuer,
                            std::int64_t issued_at_ms) {
  const auto longest_s = (issuer.not_after_ms() - issued_at_ms) / 1000;
  if (spec.valid_for.count() > longest_s)
    return fail(Errc::config,
                fmt::format("the token would outlive its issuer {}, whose certificate ends at {}",
                            spec.issuer, base::iso8601(issuer.not_after_ms())));
  return issued_at_ms + spec.valid_for.count() * 1000;
}

security::JoinClaims claims_of(const settings::Settings& settings, const TokenSpec& spec) {
  security::JoinClaims claims;
  claims.id = base::random_id();
  claims.collective = settings.collective;
  for (const auto& further : spec.collectives)
    if (further != claims.collective) claims.collectives.push_back(further);
  claims.identities = spec.identities;
  claims.master = spec.master;
  claims.replace = spec.replace;
  claims.workflow = spec.workflow;
  claims.extensions = spec.extensions;
  claims.alternative_names = spec.alternative_names;
  claims.issues = spec.issues;
  claims.serves = spec.serves;
  claims.uses = spec.uses;
  return claims;
}

IssuedToken issued_of(const security::JoinClaims& claims, const std::string& issuer) {
  return {claims.id,      issuer,      claims.identities,   claims.master,
          claims.replace, claims.uses, claims.issued_at_ms, claims.expires_at_ms};
}

}  // namespace

Result<NewToken> create_token(const settings::Settings& settings, const TokenSpec& spec,
                              const base::Clock& clock) {
  MUSTER_TRY(check_spec(settings, spec));
  MUSTER_ASSIGN(const auto issuer, load_issuer(settings.folder(), spec.issuer));
  MUSTER_ASSIGN(const auto root, pem_of_roots(settings.operator_root));
  MUSTER_ASSIGN(const auto orchestrators, pem_of_roots(settings.orchestrator_root));
  MUSTER_TRY(check_issuer_of(issuer.certificate, root, clock.unix_ms()));
  auto claims = claims_of(settings, spec);
  claims.issued_at_ms = clock.unix_ms() / 1000 * 1000;
  MUSTER_ASSIGN(claims.expires_at_ms, end_of(spec, issuer.certificate, claims.issued_at_ms));
  MUSTER_ASSIGN(auto key, x509::Key::generate_p256());
  MUSTER_ASSIGN(claims.key, security::jwk_from_key(key));
  MUSTER_ASSIGN(auto token, security::sign_token(claims, issuer.certificate, issuer.key));
  MUSTER_ASSIGN(const auto passwords, join_passwords(settings.folder()));
  MUSTER_ASSIGN(auto text, security::token_file_text(
                               {std::move(token), std::move(key), settings.join_brokers,
                                settings.node_brokers, passwords.front().user,
                                passwords.front().password, root, orchestrators, claims}));
  MUSTER_TRY(note_issued(settings.folder(), issued_of(claims, spec.issuer)));
  return NewToken{std::move(text), std::move(claims.id), claims.expires_at_ms};
}

}  // namespace muster::authority
