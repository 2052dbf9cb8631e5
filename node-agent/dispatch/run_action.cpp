#include "node-agent/dispatch/run_action.hpp"

#include <fmt/format.h>

#include "proto/base/log.hpp"
#include "proto/base/utf8_value.hpp"

namespace muster::agent {

plugins::ActionReply run_action(const Admitted& admitted,
                                std::chrono::steady_clock::time_point deadline) {
  const auto& request = admitted.request;
  auto& agent = *admitted.agent;
  const plugins::ActionRequest call{
      request.agent, request.action,     admitted.inputs, "cert=" + request.caller,
      request.id,    request.collective, deadline,        request.sent_at_ms,
      request.ttl_s, admitted.received};
  std::string what = "an exception that is no std::exception";
  try {
    auto reply = agent.handle(call);
    if (const auto wrong = base::replace_wrong_bytes(reply.data))
      log::warning("a reply has bytes that are not UTF-8; they are shown as U+FFFD",
                   {{"agent", request.agent}, {"action", request.action}, {"at", *wrong}});
    if (const auto* action = agent.ddl().find(request.action);
        action != nullptr && reply.status == 0)
      ddl::fill_outputs(*action, reply.data);
    return reply;
  } catch (const std::exception& thrown) {
    what = thrown.what();
  } catch (...) {
    // Whatever it is, it is one call's failure and not the daemon's end.
  }
  log::error("action threw",
             {{"agent", request.agent}, {"action", request.action}, {"what", what}});
  return plugins::ActionReply::failed(
      {Errc::unknown, fmt::format("{}#{} failed: {}", request.agent, request.action, what)});
}

}  // namespace muster::agent
