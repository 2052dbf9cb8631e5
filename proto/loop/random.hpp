// Chance as a core sees it; a simulation gives it from its seed.
#pragma once

#include <string>

namespace muster::loop {

class Random {
 public:
  virtual ~Random() = default;
  // Nobody can guess it, and nobody has had it before: as base::random_id().
  virtual std::string id() = 0;
  // From 0 up to, but not including, 1.
  virtual double share() = 0;
};

}  // namespace muster::loop
