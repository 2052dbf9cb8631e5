// What must hold of the site's join token in the morning.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "tests/sim/faults/morning.hpp"

namespace muster::sim {

// Names that it was used for, by what the broker retains and what orchestrators have on disk.
std::set<std::string> names_of_uses(const Morning& morning);

// The node waits outside for good: it was refused, and the token has no use left.
bool is_left_out(const Morning& morning, const Machine& node);

// A line for each promise that is broken:
// - It is used for no more names than it allows, and so many machines were let in at most; unless the broker has forgotten:
//   who was away then may be the only one that knows of a use (ADR 57 names this price).
// - Whoever was let in is counted; unless the broker has forgotten, and an orchestrator went down while its disk was full.
std::vector<std::string> broken_token_promises(const Morning& morning);

}  // namespace muster::sim
