// How much a master's own word about its load counts when nodes are given out. Pure.
//
// A master that says 0 whatever it does must not draw every node, so its word only breaks ties: what
// we know ourselves comes first, how many nodes are with it and how many it got lately.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace muster::admission {

// Nodes that a master may have got beyond the one that got the fewest: so far, and no further, do
// its answers shift work to it.
inline constexpr std::size_t kLeadMax = 5;

// What decides between masters that are equally near.
struct MasterLoad {
  std::string identity;
  std::size_t in_flight = 0;  // nodes that we provision with it now
  std::size_t given =
      0;  // nodes that we gave it so far; a newcomer begins with the least of the others
  double claimed = 0;  // its one-minute load for each processor, as it says
};

// What it says, in three classes: 0 idle (below 1), 1 busy (below 2), 2 overloaded. What is no
// sensible number (negative, infinite, not a number) counts as overloaded.
int load_class(double claimed);

// The index of the one to take, or `loads.size()` when there are none. Those more than kLeadMax ahead
// in `given` are left out; then the fewest in flight, the lower class, the fewest given, the name.
std::size_t least_loaded(const std::vector<MasterLoad>& loads);

}  // namespace muster::admission
