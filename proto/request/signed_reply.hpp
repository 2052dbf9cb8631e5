// A reply as it travels, of a node or of an orchestrator.
#pragma once

#include <cstdint>
#include <string>

#include "proto/base/result.hpp"
#include "proto/base/value.hpp"
#include "proto/envelope/envelope.hpp"
#include "proto/messages/reply.hpp"
#include "proto/messages/request.hpp"
#include "proto/security/sealer.hpp"

namespace muster::request {

// In the data of a refusal that approvals would have prevented: "2 of admins".
inline constexpr const char* kNeedsApproval = "needs_approval";

struct Reply {
  messages::Outcome outcome = messages::Outcome::answered;
  int status = 0;  // 0 ok, 1-5 as MCollective's
  std::string message;
  Value data;
};

// What the caller is told when the replay window does not admit its request, as what it is.
messages::Outcome outcome_of(const Error& not_fresh);

// `from`: the signer's name. What does not fit or cannot travel: see messages::Reply.
Result<std::string> seal_reply(const messages::Request& request, envelope::Kind kind,
                               const std::string& from, const Reply& reply, std::int64_t now_ms,
                               const security::Sealer& signer);

}  // namespace muster::request
