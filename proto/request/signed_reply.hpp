// A reply as it travels, of a node or of an orchestrator.
#pragma once

#include <cstdint>
#include <string>

#include "proto/base/result.hpp"
#include "proto/base/value.hpp"
#include "proto/envelope/envelope.hpp"
#include "proto/schema/muster.pb.h"
#include "proto/security/signer.hpp"

namespace muster::request {

inline constexpr std::size_t kReplyMaxBytes =
    768 * 1024;  // of one reply's data; the rest is left out and counted
inline constexpr std::size_t kReplyMessageMaxBytes = 64 * 1024;  // what is longer is cut

// In the data of a refusal that approvals would have prevented: "2 of admins".
inline constexpr const char* kNeedsApproval = "needs_approval";

struct Reply {
  v1::Outcome outcome = v1::OUTCOME_ANSWERED;
  int status = 0;  // 0 ok, 1-5 as MCollective's
  std::string message;
  Value data;
};

// What the caller is told when the replay window does not admit its request, as what it is.
v1::Outcome outcome_of(const Error& not_fresh);

// `from`: the signer's name. Data beyond kReplyMaxBytes is left out, and the reply says how many
// bytes. Data that cannot travel makes it status 5.
Result<std::string> seal_reply(const v1::Request& request, envelope::Kind kind,
                               const std::string& from, const Reply& reply, std::int64_t now_ms,
                               const security::Signer& signer);

}  // namespace muster::request
