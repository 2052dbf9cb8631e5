// Orders that name nodes, and what became of each: the actions provision_again, provision_retry, provision_cancel,
// provision_decommission and provision_forget.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "proto/base/result.hpp"
#include "proto/base/value.hpp"

namespace muster::control {

// How many nodes a request's arguments name: of policies' max_nodes. 1 where they name none.
std::size_t nodes_named(const Value& arguments);

// The input "nodes": names, each once. Errc::invalid_data for what is no name, Errc::limit for more than client::kNodesPerOrderMax.
Result<std::vector<std::string>> ordered_nodes(const Value& inputs);

// {"nodes": [{"node", "done", "message"}]}: in the order of `nodes`. Of one node that was refused, that is the error; so are
// fewer outcomes than nodes, Errc::unavailable.
Result<Value> told_of_nodes(const std::vector<std::string>& nodes,
                            const std::vector<Result<std::string>>& outcomes);

}  // namespace muster::control
