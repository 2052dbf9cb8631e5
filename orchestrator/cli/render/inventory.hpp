// What `muster inventory` shows, as `mco inventory` does.
#pragma once

#include <string>

#include "orchestrator/cli/render/style.hpp"
#include "proto/base/value.hpp"

namespace muster::cli::render {

// `inventory` and `statistics`: the data of rpcutil's inventory and daemon_stats.
std::string inventory_text(const std::string& node, const Value& inventory, const Value& statistics,
                           const Style& style);

}  // namespace muster::cli::render
