// A call's outcome for machines.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "orchestrator/client/caller.hpp"
#include "proto/base/value.hpp"

namespace muster::cli::render {

// What is worth knowing about a call beside its replies.
struct CallFrame {
  std::string agent;
  std::string action;
  std::string discovery;  // presence, broadcast, direct or none
  std::size_t discovered = 0;
  std::chrono::microseconds discovery_took{0};
  std::int64_t started_at_ms = 0;
};

// {"agent", "action", "replies": [{"sender", "statuscode", "statusmsg", "data", "outcome", "time_ms"}],
//  "no_responses": [...], "request_stats": {...}}
Value call_json(const CallFrame& frame, const client::CallResult& result);

double as_ms(std::chrono::microseconds time);

}  // namespace muster::cli::render
