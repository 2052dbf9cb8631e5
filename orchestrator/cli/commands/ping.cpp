#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <thread>

#include "orchestrator/cli/call_options.hpp"
#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/discovery.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/render/call_text.hpp"
#include "orchestrator/cli/render/ping.hpp"
#include "orchestrator/cli/session.hpp"
#include "orchestrator/client/fleet.hpp"

namespace muster::cli {
namespace {

constexpr std::chrono::milliseconds kTimeout{3'000};

client::Call ping_call(const CallOptions& options, const filter::Filter& filter) {
  client::Call call;
  call.agent = "rpcutil";
  call.action = "ping";
  call.timeout = options.timeout_or(kTimeout);
  call.ttl = std::chrono::seconds(options.ttl_s);
  call.qos = transport::Qos::at_most_once;
  if (filter.identities_only() && !filter.empty())
    call.targets = filter.text().identities;
  else
    call.filter = filter.text();
  return call;
}

// Says who must answer, while the answers are already coming in.
Result<Discovery> expect_the_online(client::Link& link, const CallOptions& options,
                                    const filter::Filter& filter,
                                    client::Caller::Pending& pending) {
  const auto start = std::chrono::steady_clock::now();
  MUSTER_ASSIGN(const auto fleet, client::Fleet::watch(link));
  MUSTER_TRY(fleet->wait_complete(kPresencePatience));
  Discovery found;
  found.took = std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::steady_clock::now() - start);
  found.online = fleet->size();
  found.refused = fleet->refused();
  found.last_refusal = fleet->last_refusal();
  if (fleet->can_answer(filter)) {
    found.method = Discovery::Method::presence;
    for (const auto& member : fleet->matching(filter)) found.identities.push_back(member.identity);
    pending.expect(found.identities);
  } else {
    found.method = Discovery::Method::broadcast;
    std::this_thread::sleep_for(options.discovery_timeout());
  }
  return found;
}

void print_closing(const client::CallResult& result) {
  print(render::ping_closing(result, render::Style::of(STDOUT_FILENO),
                             static_cast<std::size_t>(render::columns_of(STDOUT_FILENO))));
}

Result<ExitCode> ping(const CommonOptions& common, const CallOptions& options) {
  MUSTER_ASSIGN(const auto filter, options.filter());
  MUSTER_ASSIGN(const auto link, connect(common, options.target));
  MUSTER_ASSIGN(const auto caller, client::Caller::start(*link));
  const client::Call call = ping_call(options, filter);
  client::Caller::ResultHandler show;
  if (!common.json) show = [](const client::NodeResult& node) { print(render::ping_line(node)); };
  render::CallFrame frame{.agent = call.agent, .action = call.action, .discovery = {}};
  frame.started_at_ms = link->clock().unix_ms();
  MUSTER_ASSIGN(const auto pending, caller->begin(call, show));
  Discovery found;
  if (call.targets.empty()) {
    MUSTER_ASSIGN(found, expect_the_online(*link, options, filter, *pending));
  }
  pending->all_expected();
  const client::CallResult result = pending->wait();
  link->bus().disconnect();
  if (result.results.empty()) return fail(nothing_discovered(found, filter, ""));
  note_refused(found);
  frame.discovery = name_of(found.method);
  frame.discovery_took = found.took;
  frame.discovered = result.results.size() - (call.targets.empty() ? result.unexpected : 0);
  if (common.json)
    print_json(render::call_json(frame, result));
  else
    print_closing(result);
  return exit_code_of(result);
}

}  // namespace

void add_ping(Program& program) {
  const auto options = std::make_shared<CallOptions>();
  Command command =
      add_command(program, program.root(), "ping", "Who answers, how fast, and who is silent",
                  [&program, options] { return ping(program.common, *options); });
  add_filter_options(command, *options);
  add_timeout_options(command, *options);
}

}  // namespace muster::cli
