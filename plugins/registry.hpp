// The explicit list of the agents that come with Muster.
#pragma once

#include <memory>
#include <vector>

#include "plugins/api/agent.hpp"
#include "plugins/api/node.hpp"

namespace muster::plugins {

// One of each, whether active on this node or not. They keep a reference to `node`.
std::vector<std::unique_ptr<Agent>> built_in_agents(Node& node);

}  // namespace muster::plugins
