// What orchestrators tell each other about join tokens; retained. docs/PROTOCOL.md, "Uses of tokens".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "proto/base/result.hpp"
#include "proto/envelope/envelope.hpp"

namespace muster::messages {

// A token that lets in a limited number is claimed first: docs/adr/0073.
enum class UseStage {
  granted,   // it counts, for good
  claimed,   // it counts, and lets nobody in yet
  withdrawn  // what was claimed counts no more
};

struct TokenUse {
  static constexpr auto kKind = envelope::Kind::token_use;

  std::string token_id;
  std::string identity;
  std::string key_fingerprint;  // of a node's join key
  std::int64_t at_ms = 0;
  std::string ca_fingerprint;      // of a master's CA; a node has none
  bool further = false;            // another key than the name's first: it counts once more
  std::int64_t expires_at_ms = 0;  // the token's end; the use may be forgotten a day later
  std::int64_t issued_at_ms = 0;   // the token's beginning
  std::uint32_t allowed_uses = 0;  // of the token; 0: any number
  UseStage stage = UseStage::granted;
  std::string claimed_by = {};  // the session of the orchestrator that decides; empty: none has to

  std::string encode() const;
  // Errc::invalid_data.
  static Result<TokenUse> decode(std::string_view body);
};

// The token is good for nothing any more, whatever it says.
struct TokenRevocation {
  static constexpr auto kKind = envelope::Kind::token_revocation;

  std::string token_id;
  std::string by;  // the operator who wanted it
  std::string reason;
  std::int64_t at_ms = 0;

  std::string encode() const;
  // Errc::invalid_data.
  static Result<TokenRevocation> decode(std::string_view body);
};

}  // namespace muster::messages
