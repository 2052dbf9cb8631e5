// Which of the nodes that a filter found a step takes.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "orchestrator/provision/world.hpp"
#include "proto/base/value.hpp"

namespace muster::provision {

// At most `most` of `found`, the nearest first: who shares the first fact of `priority` with the node goes before who does not, among equals
// the next decides. Whom no fact tells apart are taken in an order that differs from node to node, so that they share the work, and stays
// the same for one, so that a step that is done again takes the same. Never the node itself.
std::vector<FoundMember> choose_nodes(const std::string& node, const Value& node_facts,
                                      std::vector<FoundMember> found,
                                      const std::vector<std::string>& priority, std::size_t most);

}  // namespace muster::provision
