#include "orchestrator/cli/remote_call.hpp"

#include "orchestrator/cli/discovery.hpp"
#include "orchestrator/cli/session.hpp"

namespace muster::cli {

Result<RemoteCall> call_remote(const CommonOptions& common, const CallOptions& options,
                               const ddl::Agent& agent, const std::string& action,
                               const Value& arguments) {
  client::Call call;
  call.agent = agent.name;
  call.action = action;
  MUSTER_ASSIGN(call.arguments, ddl::check_inputs(agent, action, arguments));
  call.timeout = options.timeout_or(agent.timeout + kAnswerGrace);
  call.ttl = std::chrono::seconds(options.ttl_s);
  MUSTER_ASSIGN(const auto filter, options.filter());

  MUSTER_ASSIGN(const auto link, connect(common, options.target));
  MUSTER_ASSIGN(const auto caller, client::Caller::start(*link));
  MUSTER_ASSIGN(const auto found,
                discover(*link, *caller, filter, agent.name, true, options.discovery_timeout()));
  if (found.identities.empty()) return fail(nothing_discovered(found, filter, agent.name));
  note_refused(found);
  address(call, found, filter);
  RemoteCall done;
  done.frame = {.agent = agent.name,
                .action = action,
                .discovery = std::string(name_of(found.method)),
                .discovered = found.identities.size(),
                .discovery_took = found.took,
                .started_at_ms = link->clock().unix_ms()};
  MUSTER_ASSIGN(done.result, caller->call(call));
  link->bus().disconnect();
  return done;
}

}  // namespace muster::cli
