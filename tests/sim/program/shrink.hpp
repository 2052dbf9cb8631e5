// The smallest night in which what broke still breaks: fewer nodes, orchestrators and masters, then fewer faults.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "tests/sim/program/options.hpp"

namespace muster::sim {

inline constexpr std::size_t kShrinkNightsMax = 200;  // that are tried

// What came of a night: its broken promises, and how many faults its plan had.
struct Lived {
  std::vector<std::string> broken;
  std::size_t faults = 0;
};

struct Shrunk {
  Options options;
  Lived lived;
  std::size_t nights = 0;  // that were tried
};

// `live` gives the same for the same options. `options` is a night in which a promise breaks. Another night counts when one
// of its broken promises is one of those, numbers in names aside.
Shrunk shrink(const Options& options, const std::function<Lived(const Options&)>& live,
              std::size_t nights_max = kShrinkNightsMax);

}  // namespace muster::sim
