#include "orchestrator/cli/discovery/judge.hpp"

#include "proto/filter/filter.hpp"

namespace muster::cli {
namespace {

constexpr int kNoAnswer = 3;  // "missing data", of a node that the filter does not match

}  // namespace

Result<Judged> judge(client::Caller& caller, const Judging& what,
                     const std::vector<std::string>& nodes, bool by_name) {
  Judged judged;
  if (nodes.empty()) return judged;
  client::Call ping;
  ping.agent = "rpcutil";
  ping.action = "ping";
  ping.filter = what.filter.text();
  if (!what.agent.empty()) ping.filter.agents.push_back(what.agent);
  (by_name ? ping.targets : ping.expected) = nodes;
  ping.timeout = what.patience;
  ping.confirmed = what.confirmed;
  ping.tell_mismatch = true;
  ping.qos = transport::Qos::at_most_once;
  MUSTER_ASSIGN(const auto result, caller.call(ping));
  for (const auto& node : result.results) {
    if (node.outcome == client::Outcome::ok)
      judged.matched.push_back(node.identity);
    else if (node.outcome != client::Outcome::filtered)
      judged.undecided.push_back(node.identity);
    else if (node.status == kNoAnswer)
      ++judged.without_answer[node.message];
  }
  return judged;
}

}  // namespace muster::cli
