// Orders to the orchestrators that name nodes: one outcome for each node, of those that answer.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "orchestrator/client/control.hpp"
#include "proto/base/result.hpp"

namespace muster::client {

inline constexpr std::size_t kNodesPerOrderMax = 500;  // in one request

struct NodeOutcome {
  std::string node;
  Outcome outcome = Outcome::failed;  // ok, failed or refused
  std::string message;                // why not, or what else is to be known
  std::string orchestrator;           // whose word that is
};

// What orchestrators said of `nodes`, in their order: the first that did it, else the first that says why not. One may know a
// node that another does not.
std::vector<NodeOutcome> outcomes_of(const std::vector<std::string>& nodes,
                                     const std::vector<ControlAnswer>& answers);

struct NodeOrder {
  ControlRequest request;          // with the input "nodes"
  std::vector<std::string> nodes;  // the same
};
struct OrderedNodes {
  std::vector<NodeOutcome> nodes;
  std::vector<ControlAnswer> answers;
};
// Asks all that run and hears them until each node was done by one of them, or nobody else answers. Blocks; thread-safe.
// Errors as ask_all_orchestrators().
Result<OrderedNodes> order_nodes(Link& link, NodeOrder order);

}  // namespace muster::client
