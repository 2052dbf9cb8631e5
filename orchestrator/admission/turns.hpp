// Whose turn it is to be provisioned, where more wait than are provisioned at once. Pure: nothing here
// reads a clock or the bus.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace muster::admission {

// A node whose time has come.
struct InTurn {
  std::string identity;
  std::string line;           // the id of its join token; of members empty
  std::int64_t since_ms = 0;  // when its time came, by any clock that never goes back
};

// Nodes that are provisioned now, by line.
using UnderWay = std::map<std::string, std::size_t>;

// The identities of at most `places` of them, first to start first. Each place goes to the line that has
// the fewest under way, and in a line to who waited longest: who holds one token, and announces as many
// names as it lets it, keeps only itself waiting.
std::vector<std::string> in_turn(std::vector<InTurn> waiting, UnderWay under_way,
                                 std::size_t places);

}  // namespace muster::admission
