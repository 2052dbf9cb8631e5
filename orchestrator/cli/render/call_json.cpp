#include "orchestrator/cli/render/call_json.hpp"

#include "proto/base/clock.hpp"

namespace muster::cli::render {

using client::NodeResult;
using client::Outcome;

Value reply_json(const NodeResult& node) {
  Value reply = {{"sender", node.identity},          {"statuscode", node.status},
                 {"statusmsg", node.message},        {"data", node.data},
                 {"outcome", name_of(node.outcome)}, {"time_ms", as_ms(node.took)}};
  if (node.left_out_bytes > 0) reply["left_out_bytes"] = node.left_out_bytes;
  return reply;
}

double as_ms(std::chrono::microseconds time) {
  return static_cast<double>(time.count()) / 1'000;
}

Value call_json(const CallFrame& frame, const client::CallResult& result) {
  Value replies = Value::array();
  std::size_t ok = 0;
  for (const auto& node : result.results) {
    if (node.outcome == Outcome::ok) ++ok;
    if (node.outcome != Outcome::silent) replies.push_back(reply_json(node));
  }
  const auto silent = result.silent();
  const std::size_t responses = replies.size();
  Value stats = {{"requestid", result.request_id},
                 {"discovery", frame.discovery},
                 {"discovered", frame.discovered},
                 {"responses", responses},
                 {"ok", ok},
                 {"failed", responses - ok},
                 {"no_responses", silent},
                 {"unexpected_responses", result.unexpected},
                 {"duplicates", result.duplicates},
                 {"unverified", result.unverified},
                 {"discover_time_ms", as_ms(frame.discovery_took)},
                 {"request_time_ms", as_ms(result.took)},
                 {"start_time_utc", base::iso8601(frame.started_at_ms)}};
  if (result.unverified > 0) stats["last_unverified"] = result.last_unverified;
  Value document = {{"agent", frame.agent},
                    {"action", frame.action},
                    {"replies", std::move(replies)},
                    {"no_responses", silent},
                    {"request_stats", std::move(stats)}};
  if (!result.send_error.empty()) document["send_error"] = result.send_error;
  document["undecided"] = frame.undecided;
  document["not_matched"] = result.not_matched();
  document["not_asked"] = frame.not_asked;
  document["summaries"] = Value::object();
  if (!frame.stopped.empty()) document["stopped"] = frame.stopped;
  return document;
}

}  // namespace muster::cli::render
