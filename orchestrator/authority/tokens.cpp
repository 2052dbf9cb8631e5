#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "orchestrator/authority/authority.hpp"
#include "orchestrator/authority/files.hpp"
#include "proto/base/encoding.hpp"
#include "proto/base/files.hpp"
#include "proto/security/join_token.hpp"

namespace muster::authority {
namespace {

Result<std::string> join_password(const std::filesystem::path& folder) {
  MUSTER_ASSIGN(auto password, base::read_file(folder / kJoinPasswordFile));
  while (!password.empty() && (password.back() == '\n' || password.back() == '\r'))
    password.pop_back();
  if (password.empty())
    return fail(Errc::config, fmt::format("{} is empty", (folder / kJoinPasswordFile).string()));
  return password;
}

Status check_spec(const settings::Settings& settings, const TokenSpec& spec) {
  if (settings.join_brokers.empty() || settings.node_brokers.empty())
    return fail(Errc::config,
                fmt::format("{}: section 'join' must name join_brokers and node_brokers "
                            "before a token can be made",
                            settings.file.string()));
  if (spec.identities.empty())
    return fail(Errc::config, "say for which identities the token is, such as 'web-*.example'");
  if (spec.valid_for.count() <= 0)
    return fail(Errc::config, "a token must be valid for at least a second");
  return {};
}

Value named(const x509::Certificate& root) {
  return {{"subject", root.subject()}, {"fingerprint", root.fingerprint()}};
}

Value shown(const security::JoinToken& token, const x509::Certificate& root,
            const x509::Certificate& orchestrator_root) {
  return {{"id", token.id},
          {"collective", token.collective},
          {"collectives", token.collectives},
          {"identities", token.identities},
          {"master", token.master},
          {"uses", token.uses},
          {"join_brokers", token.join_brokers},
          {"node_brokers", token.node_brokers},
          {"issued_at", base::iso8601(token.issued_at_ms)},
          {"expires_at", base::iso8601(token.expires_at_ms)},
          {"root", named(root)},
          {"orchestrator_root", named(orchestrator_root)}};
}

}  // namespace

Result<NewToken> create_token(const settings::Settings& settings, const TokenSpec& spec,
                              const base::Clock& clock) {
  MUSTER_TRY(check_spec(settings, spec));
  MUSTER_ASSIGN(const auto root, load_root(settings.folder()));
  security::JoinToken token;
  token.id = base::random_id();
  token.join_brokers = settings.join_brokers;
  token.node_brokers = settings.node_brokers;
  MUSTER_ASSIGN(token.join_password, join_password(settings.folder()));
  token.operator_root_pem = root.certificate.pem();
  MUSTER_ASSIGN(const auto orchestrators, x509::Certificate::from_file(settings.orchestrator_root));
  token.orchestrator_root_pem = orchestrators.pem();
  token.collective = settings.collective;
  for (const auto& further : spec.collectives)
    if (further != token.collective) token.collectives.push_back(further);
  token.identities = spec.identities;
  token.master = spec.master;
  token.uses = spec.uses;
  token.issued_at_ms = clock.unix_ms() / 1000 * 1000;
  // In seconds first: milliseconds of an absurd duration would overflow.
  const auto longest_s = (root.certificate.not_after_ms() - token.issued_at_ms) / 1000;
  if (spec.valid_for.count() > longest_s)
    return fail(Errc::config,
                fmt::format("the token would outlive the operator root, which ends at {}",
                            base::iso8601(root.certificate.not_after_ms())));
  token.expires_at_ms = token.issued_at_ms + spec.valid_for.count() * 1000;
  MUSTER_ASSIGN(auto text, security::sign_token(token, root.key));
  return NewToken{std::move(text), std::move(token.id), token.expires_at_ms};
}

Result<TokenShown> show_token(std::string_view text, const x509::Certificate* root,
                              std::int64_t now_ms) {
  MUSTER_ASSIGN(const auto token, security::read_own_token(text, "token"));
  MUSTER_ASSIGN(const auto carried,
                x509::Certificate::from_pem(token.operator_root_pem, "the token's root"));
  MUSTER_ASSIGN(
      const auto orchestrators,
      x509::Certificate::from_pem(token.orchestrator_root_pem, "the token's orchestrator root"));
  TokenShown result{shown(token, carried, orchestrators), true, {}};
  if (root != nullptr)
    if (auto verified = security::verify_token(text, *root); !verified)
      result.problem = verified.error().message;
  if (result.problem.empty() && now_ms >= token.expires_at_ms)
    result.problem = "expired at " + base::iso8601(token.expires_at_ms);
  result.valid = result.problem.empty();
  result.content["valid"] = result.valid;
  if (!result.valid) result.content["problem"] = result.problem;
  return result;
}

}  // namespace muster::authority
