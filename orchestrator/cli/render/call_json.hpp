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
  std::string discovery;  // the method's name
  std::size_t discovered = 0;
  std::chrono::microseconds discovery_took{0};
  std::int64_t started_at_ms = 0;
  std::vector<std::string> undecided = {};  // did not say whether the filter matches them
  std::vector<std::string> not_asked = {};  // left alone in a batched call
  std::string stopped = {};                 // why they were
};

// {"agent", "action", "replies": [{"sender", "statuscode", "statusmsg", "data", "outcome", "time_ms"}],
//  "no_responses": [...], "undecided": [...], "not_asked": [...], "summaries": {}, "request_stats": {...}}, and
// "stopped" when a batched call was. Summaries are the caller's to fill in.
Value call_json(const CallFrame& frame, const client::CallResult& result);

// One of its "replies".
Value reply_json(const client::NodeResult& node);

double as_ms(std::chrono::microseconds time);

}  // namespace muster::cli::render
