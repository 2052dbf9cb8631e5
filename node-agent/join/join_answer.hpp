// An orchestrator's answer to an announcement.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "proto/base/result.hpp"
#include "proto/security/trust.hpp"

namespace muster::agent {

struct JoinAnswer {
  bool accepted = false;
  bool member = false;   // our certificate is trusted now: connect with it
  bool waiting = false;  // not accepted yet: a person must approve it; `reason` tells how
  std::string reason;
  std::string orchestrator;
  std::int64_t sent_at_ms = 0;
};

// By its kind alone: who signed it, and for what, is not looked at.
bool is_join_answer(std::string_view message);

// Believed only when an orchestrator under the operator root signed it for this announcement's
// nonce.
Result<JoinAnswer> read_join_answer(std::string_view message, const security::Trust& operators,
                                    const std::string& client_id, const std::string& nonce);

}  // namespace muster::agent
