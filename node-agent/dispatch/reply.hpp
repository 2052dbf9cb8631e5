// A reply as it travels.
#pragma once

#include <cstdint>
#include <string>

#include "plugins/api/agent.hpp"
#include "proto/base/result.hpp"
#include "proto/schema/muster.pb.h"
#include "proto/security/signer.hpp"

namespace muster::agent {

inline constexpr std::size_t kReplyMaxBytes =
    768 * 1024;  // of one reply's data; the rest is left out and counted
inline constexpr std::size_t kReplyMessageMaxBytes = 64 * 1024;  // what is longer is cut

// Data beyond kReplyMaxBytes is left out, and the reply says how many bytes. Data that cannot travel
// makes it status 5.
Result<std::string> seal_reply(const v1::Request& request, const std::string& identity,
                               v1::Outcome outcome, const plugins::ActionReply& reply,
                               std::int64_t now_ms, const security::Signer& signer);

// Where the caller wants its reply: only below its own reply topic in that collective, or nowhere.
Result<std::string> reply_topic(const v1::Request& request, const std::string& identity);

}  // namespace muster::agent
