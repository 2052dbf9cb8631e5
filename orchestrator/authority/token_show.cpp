#include "orchestrator/authority/tokens.hpp"
#include "proto/security/token_file.hpp"

namespace muster::authority {
namespace {

Value shown_certificate(const x509::Certificate& certificate) {
  return {{"subject", certificate.subject()}, {"fingerprint", certificate.fingerprint()}};
}

Value shown(const security::TokenFile& file, const x509::Certificate& issuer,
            const x509::Certificate& root, const x509::Certificate& orchestrators) {
  const auto& claims = file.claims;
  return {{"id", claims.id},
          {"collective", claims.collective},
          {"collectives", claims.collectives},
          {"identities", claims.identities},
          {"master", claims.master},
          {"issues", claims.issues},
          {"serves", claims.serves.empty() ? Value::object() : Value(claims.serves)},
          {"replace", claims.replace},
          {"uses", claims.uses},
          {"workflow", claims.workflow},
          {"alternative_names", claims.alternative_names},
          {"extensions", claims.extensions.empty() ? Value::object() : Value(claims.extensions)},
          {"join_brokers", file.join_brokers},
          {"node_brokers", file.node_brokers},
          {"issued_at", base::iso8601(claims.issued_at_ms)},
          {"expires_at", base::iso8601(claims.expires_at_ms)},
          {"issuer", shown_certificate(issuer)},
          {"root", shown_certificate(root)},
          {"orchestrator_root", shown_certificate(orchestrators)}};
}

}  // namespace

Result<TokenShown> show_token(std::string_view text, const x509::Certificate* root,
                              std::int64_t now_ms) {
  MUSTER_ASSIGN(const auto file, security::read_token_file(text, "token"));
  MUSTER_ASSIGN(const auto issuer, security::token_signer(file.token));
  MUSTER_ASSIGN(const auto carried,
                x509::Certificate::from_pem(file.operator_root_pem, "the token's root"));
  MUSTER_ASSIGN(const auto orchestrators,
                x509::Certificate::from_pem(file.orchestrator_root_pem, "its orchestrator root"));
  TokenShown result{shown(file, issuer, carried, orchestrators), true, {}};
  const auto& trusted = root != nullptr ? *root : carried;
  if (now_ms >= file.claims.expires_at_ms)
    result.problem = "expired at " + base::iso8601(file.claims.expires_at_ms);
  else if (trusted.fingerprint() != carried.fingerprint())
    result.problem = "it obeys another operator root than this configuration";
  else if (auto verified = security::verify_token(file.token, trusted, now_ms); !verified)
    result.problem = verified.error().message;
  result.valid = result.problem.empty();
  result.content["valid"] = result.valid;
  if (!result.valid) result.content["problem"] = result.problem;
  return result;
}

}  // namespace muster::authority
