#include "proto/messages/token_use.hpp"

#include "proto/messages/wire.hpp"

namespace muster::messages {

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
  return envelope::pack(wire);
}

Result<TokenUse> TokenUse::decode(std::string_view body) {
  MUSTER_ASSIGN(const auto wire, envelope::unpack<v1::TokenUse>(body, "a token's use"));
  return TokenUse{wire.token_id(),      wire.identity(),       wire.key_fingerprint(),
                  wire.at_ms(),         wire.ca_fingerprint(), wire.further(),
                  wire.expires_at_ms(), wire.issued_at_ms(),   wire.allowed_uses()};
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
