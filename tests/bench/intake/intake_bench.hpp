// What verified presence and verified replies cost whoever listens, without a broker, a network or a node's own work.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "proto/base/result.hpp"

namespace muster::bench {

struct IntakeOptions {
  std::size_t nodes = 400;
  std::size_t rounds = 5;  // of what may be repeated; the median counts
};

// One line of the result.
struct Figure {
  std::string name;
  double value = 0;
  std::string unit;
};

// Signs as many presences and replies as there are nodes, and gives them to a Fleet and a Caller over a bus in memory. Times are
// from the first message to the last verified one; processor time is that of all threads, divided by the nodes. Errc::timeout
// when not everything was verified in two minutes.
Result<std::vector<Figure>> measure_intake(const IntakeOptions& options);

}  // namespace muster::bench
