// What became of each node that an order to the orchestrators named.
#pragma once

#include <string>
#include <vector>

#include "orchestrator/cli/render/style.hpp"
#include "orchestrator/client/node_orders.hpp"
#include "proto/base/value.hpp"

namespace muster::cli::render {

// A line a node, and how many were done.
std::string node_outcomes_text(const std::vector<client::NodeOutcome>& outcomes, const Style& style,
                               std::size_t columns);
// `done` with the node's name for {}, and what else is to be known of it.
std::string one_done_text(const client::NodeOutcome& outcome, const std::string& done);
// {"action", "nodes": [{"node", "outcome", "message", "orchestrator"}]}
Value node_outcomes_json(const std::string& action,
                         const std::vector<client::NodeOutcome>& outcomes);

}  // namespace muster::cli::render
