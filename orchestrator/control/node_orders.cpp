#include "orchestrator/control/node_orders.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "orchestrator/client/node_orders.hpp"
#include "proto/base/names.hpp"

namespace muster::control {

std::size_t nodes_named(const Value& arguments) {
  const auto at = arguments.find("nodes");
  const bool names_some = at != arguments.end() && at->is_array() && !at->empty();
  return names_some ? at->size() : 1;
}

Result<std::vector<std::string>> ordered_nodes(const Value& inputs) {
  const auto given = inputs.value("nodes", Value::array());
  if (given.size() > client::kNodesPerOrderMax)
    return fail(Errc::limit, fmt::format("{} nodes are named; at most {} may be, in one request",
                                         given.size(), client::kNodesPerOrderMax));
  std::vector<std::string> nodes;
  for (const auto& one : given) {
    if (!one.is_string()) return fail(Errc::invalid_data, "input 'nodes' must be a list of names");
    auto name = one.get<std::string>();
    MUSTER_TRY(base::check_identity(name));
    if (std::find(nodes.begin(), nodes.end(), name) == nodes.end())
      nodes.push_back(std::move(name));
  }
  if (nodes.empty()) return fail(Errc::invalid_data, "input 'nodes' names no node");
  return nodes;
}

Result<Value> told_of_nodes(const std::vector<std::string>& nodes,
                            const std::vector<Result<std::string>>& outcomes) {
  if (outcomes.size() != nodes.size())
    return fail(Errc::unavailable, "this orchestrator is stopping, or has too much to do");
  if (outcomes.size() == 1 && !outcomes.front()) return fail(outcomes.front().error());
  Value told = Value::array();
  for (std::size_t i = 0; i < nodes.size() && i < outcomes.size(); ++i) {
    const auto& outcome = outcomes[i];
    told.push_back({{"node", nodes[i]},
                    {"done", outcome.has_value()},
                    {"message", outcome ? *outcome : outcome.error().message}});
  }
  return Value{{"nodes", std::move(told)}};
}

}  // namespace muster::control
