// The machine's own chance.
#pragma once

#include "proto/loop/random.hpp"

namespace muster::loop {

// Thread-safe.
class SystemRandom final : public Random {
 public:
  std::string id() override;
  double share() override;
};

}  // namespace muster::loop
