#include "tests/sim/surroundings/sim_token.hpp"

#include "proto/base/clock.hpp"
#include "proto/security/issuer.hpp"
#include "proto/security/jwk.hpp"

namespace muster::sim {
namespace {

constexpr std::int64_t kMonthMs = 30LL * 24 * 60 * 60 * base::kMsPerSecond;

security::IssuerLimits every_token() {
  return {.identities = {"*"},
          .uses = 0,
          .life_s = security::kTokenLifeMaxS,
          .master = true,
          .replace = true,
          .extensions = {security::kEveryExtension}};
}

}  // namespace

Holder make_issuer(Crypto& crypto, const x509::Certificate& root, const x509::Key& root_key) {
  x509::IssueSpec spec;
  spec.common_name = "issuer";
  spec.organizational_unit = security::name_of(security::Role::issuer);
  spec.purpose_oid = security::kIssuerPurposeOid;
  spec.statement_oid = security::kIssuerLimitsOid;
  spec.statement = security::limits_text(every_token());
  const auto key = crypto.make_key();
  return {key, {crypto.issue(spec, key, &root, root_key).value()}};
}

SimToken make_token(Crypto& crypto, const Holder& issuer, const std::string& id, std::uint32_t uses,
                    std::int64_t now_ms) {
  const auto key = crypto.make_token_key();
  security::JoinClaims claims;
  claims.id = id;
  claims.collective = "main";
  claims.identities = {"*"};
  claims.issued_at_ms = now_ms / base::kMsPerSecond * base::kMsPerSecond;  // in whole seconds
  claims.expires_at_ms = claims.issued_at_ms + kMonthMs;
  claims.uses = uses;
  claims.key = security::jwk_from_key(key).value();
  auto text = crypto.sign_token(claims, issuer.chain.front(), issuer.key).value();
  return {std::move(claims), std::move(text), key};
}

}  // namespace muster::sim
