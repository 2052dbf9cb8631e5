#include "orchestrator/client/node_orders.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "orchestrator/client/reply_fields.hpp"

namespace muster::client {
namespace {

// Of an answer as a whole: of all its nodes. Else what it says of that one; nothing: it says nothing.
std::optional<NodeOutcome> said_of(const std::string& node, const ControlAnswer& answer) {
  NodeOutcome said{node, answer.outcome, answer.message, answer.orchestrator};
  if (answer.outcome != Outcome::ok) return said;
  if (!answer.data.is_object()) return std::nullopt;
  const auto at = answer.data.find("nodes");
  if (at == answer.data.end() || !at->is_array()) return std::nullopt;
  for (const auto& one : *at) {
    if (!one.is_object() || text_at(one, "node") != node) continue;
    said.outcome = flag_at(one, "done") ? Outcome::ok : Outcome::failed;
    said.message = text_at(one, "message");
    return said;
  }
  return std::nullopt;
}

NodeOutcome outcome_of(const std::string& node, const std::vector<ControlAnswer>& answers) {
  NodeOutcome best{node, Outcome::failed, "no orchestrator said anything of it", ""};
  for (const auto& answer : answers) {
    auto said = said_of(node, answer);
    if (!said) continue;
    if (said->outcome == Outcome::ok) return *std::move(said);
    if (best.orchestrator.empty()) best = *std::move(said);
  }
  return best;
}

bool all_done(const std::vector<NodeOutcome>& outcomes) {
  return std::all_of(outcomes.begin(), outcomes.end(),
                     [](const NodeOutcome& one) { return one.outcome == Outcome::ok; });
}

}  // namespace

std::vector<NodeOutcome> outcomes_of(const std::vector<std::string>& nodes,
                                     const std::vector<ControlAnswer>& answers) {
  std::vector<NodeOutcome> out;
  out.reserve(nodes.size());
  for (const auto& node : nodes) out.push_back(outcome_of(node, answers));
  return out;
}

Result<OrderedNodes> order_nodes(Link& link, NodeOrder order) {
  const auto& nodes = order.nodes;
  order.request.enough = [&nodes](const std::vector<ControlAnswer>& heard) {
    return all_done(outcomes_of(nodes, heard));
  };
  MUSTER_ASSIGN(auto answers, ask_all_orchestrators(link, order.request));
  auto outcomes = outcomes_of(nodes, answers);
  return OrderedNodes{std::move(outcomes), std::move(answers)};
}

}  // namespace muster::client
