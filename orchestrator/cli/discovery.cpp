#include "orchestrator/cli/discovery.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "orchestrator/cli/output.hpp"
#include "orchestrator/client/fleet.hpp"
#include "proto/base/names.hpp"

namespace muster::cli {
namespace {

using client::Member;
using Clock = std::chrono::steady_clock;

std::chrono::microseconds since(Clock::time_point start) {
  return std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start);
}

bool runs(const Member& member, const std::string& agent) {
  return agent.empty() ||
         std::find(member.agents.begin(), member.agents.end(), agent) != member.agents.end();
}

// A ping that only those answer whom the filter fits.
Result<std::vector<std::string>> ask_nodes(client::Caller& caller, const filter::Filter& filter,
                                           const std::string& agent,
                                           std::chrono::milliseconds patience) {
  client::Call ping;
  ping.agent = "rpcutil";
  ping.action = "ping";
  ping.filter = filter.text();
  if (!agent.empty()) ping.filter.agents.push_back(agent);
  ping.timeout = patience;
  ping.qos = transport::Qos::at_most_once;
  MUSTER_ASSIGN(const auto result, caller.call(ping));
  std::vector<std::string> identities;
  for (const auto& node : result.results)
    if (node.outcome == client::Outcome::ok) identities.push_back(node.identity);
  return identities;
}

std::string described(const filter::Filter& filter) {
  const auto& text = filter.text();
  std::string words;
  const auto add = [&words](const char* option, const std::vector<std::string>& values) {
    for (const auto& value : values) words += fmt::format(" {} {}", option, base::quoted(value));
  };
  add("-F", text.facts);
  add("-C", text.classes);
  add("-A", text.agents);
  add("-I", text.identities);
  add("-S", text.compounds);
  return words;
}

}  // namespace

std::string_view name_of(Discovery::Method method) {
  switch (method) {
    case Discovery::Method::direct:
      return "direct";
    case Discovery::Method::presence:
      return "presence";
    case Discovery::Method::broadcast:
      return "broadcast";
  }
  return "unknown";
}

Result<Discovery> discover(client::Link& link, client::Caller& caller, const filter::Filter& filter,
                           const std::string& agent, bool by_name,
                           std::chrono::milliseconds patience) {
  const auto start = Clock::now();
  Discovery discovery;
  if (by_name && filter.identities_only() && !filter.empty()) {
    discovery.identities = filter.text().identities;
    std::sort(discovery.identities.begin(), discovery.identities.end());
    const auto twice = std::unique(discovery.identities.begin(), discovery.identities.end());
    discovery.identities.erase(twice, discovery.identities.end());
    return discovery;
  }
  MUSTER_ASSIGN(const auto fleet, client::Fleet::watch(link));
  MUSTER_TRY(fleet->wait_complete(kPresencePatience));
  discovery.online = fleet->size();
  discovery.refused = fleet->refused();
  discovery.last_refusal = fleet->last_refusal();
  if (fleet->can_answer(filter)) {
    discovery.method = Discovery::Method::presence;
    for (const auto& member : fleet->matching(filter))
      if (runs(member, agent)) discovery.identities.push_back(member.identity);
  } else {
    discovery.method = Discovery::Method::broadcast;
    MUSTER_ASSIGN(discovery.identities, ask_nodes(caller, filter, agent, patience));
  }
  discovery.took = since(start);
  return discovery;
}

void address(client::Call& call, const Discovery& discovery, const filter::Filter& filter) {
  // Named nodes need no judging: what they were discovered by may change on the way.
  const bool judged_already = discovery.method != Discovery::Method::presence;
  const bool some = !filter.empty() && discovery.identities.size() <= kAddressedByNameMax;
  if (judged_already || some) {
    call.targets = discovery.identities;
    return;
  }
  call.filter = filter.text();
  call.expected = discovery.identities;
}

void note_refused(const Discovery& discovery) {
  if (discovery.refused == 0) return;
  note(fmt::format("{} presences did not verify; the last: {}", discovery.refused,
                   discovery.last_refusal));
}

Error nothing_discovered(const Discovery& discovery, const filter::Filter& filter,
                         const std::string& agent) {
  std::string message;
  if (discovery.online == 0)
    message = "no node is online";
  else if (filter.empty())
    message =
        fmt::format("none of the {} nodes online runs the agent '{}'", discovery.online, agent);
  else
    message =
        fmt::format("none of the {} nodes online matches{}{}", discovery.online, described(filter),
                    agent.empty() ? "" : " and runs the agent '" + agent + "'");
  if (discovery.refused > 0)
    message +=
        fmt::format("; {} did not verify, the last: {}", discovery.refused, discovery.last_refusal);
  return {Errc::not_found, std::move(message)};
}

}  // namespace muster::cli
