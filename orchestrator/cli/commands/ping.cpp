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
Status expect_the_online(client::Link& link, const CallOptions& options,
                         const filter::Filter& filter, client::Caller::Pending& pending,
                         render::CallFrame& frame) {
  const auto start = std::chrono::steady_clock::now();
  MUSTER_ASSIGN(const auto fleet, client::Fleet::watch(link));
  MUSTER_TRY(fleet->wait_complete(kPresencePatience));
  if (fleet->refused() > 0)
    note(fmt::format("{} presences did not verify; the last: {}", fleet->refused(),
                     fleet->last_refusal()));
  frame.discovery_took = std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::steady_clock::now() - start);
  if (fleet->can_answer(filter)) {
    std::vector<std::string> online;
    for (const auto& member : fleet->matching(filter)) online.push_back(member.identity);
    frame.discovery = "presence";
    pending.expect(online);
    return {};
  }
  frame.discovery = "broadcast";
  std::this_thread::sleep_for(options.discovery_timeout());
  return {};
}

Result<ExitCode> ping(const CommonOptions& common, const CallOptions& options) {
  MUSTER_ASSIGN(const auto filter, options.filter());
  MUSTER_ASSIGN(const auto link, connect(common, options.target));
  MUSTER_ASSIGN(const auto caller, client::Caller::start(*link));
  const client::Call call = ping_call(options, filter);
  client::Caller::ResultHandler show;
  if (!common.json) show = [](const client::NodeResult& node) { print(render::ping_line(node)); };
  render::CallFrame frame{.agent = call.agent, .action = call.action, .discovery = "direct"};
  frame.started_at_ms = link->clock().unix_ms();
  MUSTER_ASSIGN(const auto pending, caller->begin(call, show));
  if (call.targets.empty()) MUSTER_TRY(expect_the_online(*link, options, filter, *pending, frame));
  pending->all_expected();
  const client::CallResult result = pending->wait();
  frame.discovered = result.results.size() - (call.targets.empty() ? result.unexpected : 0);
  link->bus().disconnect();
  if (common.json)
    print_json(render::call_json(frame, result));
  else
    print(render::ping_closing(result, render::Style::of(STDOUT_FILENO),
                               static_cast<std::size_t>(render::columns_of(STDOUT_FILENO))));
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
