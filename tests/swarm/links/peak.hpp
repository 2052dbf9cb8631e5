// How many of some moments lie within one second.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <vector>

namespace muster::swarm {

// The most in any second. `moments` in order.
inline std::size_t most_in_a_second(
    const std::vector<std::chrono::steady_clock::time_point>& moments) {
  std::size_t most = 0;
  for (std::size_t first = 0, last = 0; last < moments.size(); ++last) {
    while (moments[last] - moments[first] >= std::chrono::seconds(1)) ++first;
    most = std::max(most, last - first + 1);
  }
  return most;
}

}  // namespace muster::swarm
