// Masters that get no node for a while, because one did not answer what it was asked for: else each node would find that out
// anew, and wait as long.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "orchestrator/provision/master_choice.hpp"
#include "proto/base/clock.hpp"

namespace muster::provision {

inline constexpr std::chrono::seconds kSetAsideFor{60};

// On one thread. The clock must outlive it.
class SetAside {
 public:
  explicit SetAside(const base::Clock& clock) : clock_(clock) {}

  // From now on; `why` is shown.
  void add(const std::string& master, const std::string& why);
  bool has(const std::string& master) const;
  // Those that are set aside are ill.
  void apply_to(std::vector<MasterCandidate>& candidates) const;

 private:
  struct Aside {
    std::chrono::steady_clock::time_point until;
    std::string why;
  };
  // Null: it is not, or not any more.
  const Aside* find(const std::string& master) const;

  const base::Clock& clock_;
  std::map<std::string, Aside> masters_;
};

}  // namespace muster::provision
