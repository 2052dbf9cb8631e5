// What must hold of a site when everything that broke has healed.
#pragma once

#include <string>
#include <vector>

#include "tests/sim/faults/morning.hpp"

namespace muster::sim {

// A node is done: in production, or it waits for a person, or outside for good.
bool is_done(const Morning& morning, const Machine& node);

// A line for each promise that is broken: whose, and how.
// - Each node is provisioned as its record says, or failed, and is online.
// - At most one valid certificate a name, and it is the node's; unless the broker has forgotten, and somebody let another machine
//   in under it who could not know.
// - Of each outcome people are told under one id, whoever tells them; and of who waits for one of them.
// - Those of broken_lease_promises() and broken_token_promises().
std::vector<std::string> broken_promises(const Morning& morning);

}  // namespace muster::sim
