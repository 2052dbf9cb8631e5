// The step that points the name `puppet` at a master.
#pragma once

#include "plugins/api/node.hpp"
#include "proto/base/result.hpp"
#include "proto/base/value.hpp"

namespace muster::plugins::provision {

// {addresses[], names[]} -> {changed, lines}.
Result<Value> set_puppet_host(const Node& node, const Value& data);

}  // namespace muster::plugins::provision
