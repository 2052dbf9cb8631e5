// One line of a benchmark's result.
#pragma once

#include <fmt/format.h>

#include <cstdio>
#include <string>

namespace muster::swarm {

struct Figure {
  std::string name;
  double value = 0;
  std::string unit;
  std::string floor = {};  // the bare floor's figure that it is put beside; empty: none
  double floor_value = 0;
};

// As JSON, on stdout, at once: a long run is followed.
inline void print(const Figure& figure) {
  fmt::print(R"({{"figure": "{}", "value": {:.2f}, "unit": "{}")", figure.name, figure.value,
             figure.unit);
  if (!figure.floor.empty() && figure.floor_value > 0)
    fmt::print(R"(, "baseline": "{}", "baseline_value": {:.2f}, "ratio": {:.2f})", figure.floor,
               figure.floor_value, figure.value / figure.floor_value);
  fmt::print("}}\n");
  std::fflush(stdout);
}

}  // namespace muster::swarm
