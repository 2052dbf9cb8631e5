// What must hold of records that the broker has lost while all orchestrators were well.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/sim/surroundings/surroundings.hpp"

namespace muster::sim {

// On the loop's thread. What it is given must outlive it, and it the night.
class PutBackWatch {
 public:
  PutBackWatch(Surroundings& around, const Site& site) : around_(around), site_(site) {}

  // The broker is about to lose some of what it retains, and every orchestrator hears it.
  void about_to_lose();
  // Something befell the broker, or an orchestrator: what was lost before may be put back later.
  void disturbed() { ++disturbances_; }
  // A line for each record that was not there again in time: sooner than one is rebuilt of what the node says.
  const std::vector<std::string>& complaints() const { return complaints_; }

 private:
  void look(const std::vector<std::string>& topics);

  Surroundings& around_;
  const Site& site_;
  std::uint64_t disturbances_ = 0;
  std::vector<std::string> complaints_;
};

}  // namespace muster::sim
