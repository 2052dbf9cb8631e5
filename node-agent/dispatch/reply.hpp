// A reply as it travels.
#pragma once

#include <cstdint>
#include <string>

#include "plugins/api/agent.hpp"
#include "proto/base/result.hpp"
#include "proto/messages/reply.hpp"
#include "proto/messages/request.hpp"
#include "proto/security/sealer.hpp"

namespace muster::agent {

// As request::seal_reply(), of what an agent's action gave.
Result<std::string> seal_reply(const messages::Request& request, const std::string& identity,
                               messages::Outcome outcome, const plugins::ActionReply& reply,
                               std::int64_t now_ms, const security::Sealer& signer);

}  // namespace muster::agent
