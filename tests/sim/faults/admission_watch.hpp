// Who let a machine in under a name that another one had, and could not know of that.
#pragma once

#include <set>
#include <string>

#include "tests/sim/faults/morning.hpp"

namespace muster::sim {

// On the loop's thread. What it is given must outlive it, and it the night. One at a time.
class AdmissionWatch {
 public:
  AdmissionWatch(Surroundings& around, const std::vector<std::unique_ptr<Machine>>& machines,
                 const std::vector<std::unique_ptr<SimOrchestrator>>& orchestrators);
  ~AdmissionWatch() { around_.admitted = {}; }
  AdmissionWatch(const AdmissionWatch&) = delete;
  AdmissionWatch& operator=(const AdmissionWatch&) = delete;

  // Names. The orchestrator had never heard that the token was used under that name with another key: where the broker has
  // forgotten, those who did may not be back yet, and nobody can know whether there are any.
  const std::set<std::string>& unknowing() const { return unknowing_; }

 private:
  void saw(const std::string& orchestrator, const provision::Joiner& joiner);

  Surroundings& around_;
  const std::vector<std::unique_ptr<Machine>>& machines_;
  const std::vector<std::unique_ptr<SimOrchestrator>>& orchestrators_;
  std::set<std::string> unknowing_;
};

}  // namespace muster::sim
