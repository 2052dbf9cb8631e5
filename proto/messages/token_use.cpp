#include "proto/messages/token_use.hpp"

#include "proto/messages/wire.hpp"

namespace muster::messages {
namespace {

v1::TokenUseStage wire_of(UseStage stage) {
  switch (stage) {
    case UseStage::claimed:
      return v1::TOKEN_USE_CLAIMED;
    case UseStage::withdrawn:
      return v1::TOKEN_USE_WITHDRAWN;
    case UseStage::granted:
      break;
  }
  return v1::TOKEN_USE_GRANTED;
}

// A stage that we do not know counts as a use, or a token could let in more than it allows.
UseStage stage_of(v1::TokenUseStage wire) {
  if (wire == v1::TOKEN_USE_CLAIMED) return UseStage::claimed;
  if (wire == v1::TOKEN_USE_WITHDRAWN) return UseStage::withdrawn;
  return UseStage::granted;
}

}  // namespace

std::string TokenUse::encode() const {
  v1::TokenUse wire;
  wire.set_token_id(token_id);
  wire.set_identity(identity);
  wire.set_key_fingerprint(key_fingerprint);
  wire.set_at_ms(at_ms);
  wire.set_ca_fingerprint(ca_fingerprint);
  wire.set_further(further);
  wire.set_expires_at_ms(expires_at_ms);
  wire.set_issued_at_ms(issued_at_ms);
  wire.set_allowed_uses(allowed_uses);
  wire.set_stage(wire_of(stage));
  wire.set_claimed_by(claimed_by);
  return envelope::pack(wire);
}

Result<TokenUse> TokenUse::decode(std::string_view body) {
  MUSTER_ASSIGN(const auto wire, envelope::unpack<v1::TokenUse>(body, "a token's use"));
  if (wire.stage() == v1::TOKEN_USE_CLAIMED && wire.claimed_by().empty())
    return fail(Errc::invalid_data, "a use of a join token is claimed by nobody");
  return TokenUse{wire.token_id(),        wire.identity(),       wire.key_fingerprint(),
                  wire.at_ms(),           wire.ca_fingerprint(), wire.further(),
                  wire.expires_at_ms(),   wire.issued_at_ms(),   wire.allowed_uses(),
                  stage_of(wire.stage()), wire.claimed_by()};
}

std::string TokenRevocation::encode() const {
  v1::TokenRevocation wire;
  wire.set_token_id(token_id);
  wire.set_by(by);
  wire.set_reason(reason);
  wire.set_at_ms(at_ms);
  return envelope::pack(wire);
}

Result<TokenRevocation> TokenRevocation::decode(std::string_view body) {
  MUSTER_ASSIGN(const auto wire,
                envelope::unpack<v1::TokenRevocation>(body, "a token's revocation"));
  return TokenRevocation{wire.token_id(), wire.by(), wire.reason(), wire.at_ms()};
}

}  // namespace muster::messages
