// The explicit list of the agents and data plugins that come with Muster.
#pragma once

#include <memory>
#include <vector>

#include "plugins/api/agent.hpp"
#include "plugins/api/data.hpp"
#include "plugins/api/node.hpp"

namespace muster::plugins {

// One of each, whether active on this node or not. They keep a reference to `node`.
std::vector<std::unique_ptr<Agent>> built_in_agents(Node& node);
// The same for data plugins.
std::vector<std::shared_ptr<DataPlugin>> built_in_data_plugins(Node& node);

}  // namespace muster::plugins
