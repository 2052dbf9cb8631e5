// From a candidate to an agent, or to the reason why not.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "node-agent/external/candidates.hpp"
#include "node-agent/external/surroundings.hpp"

namespace muster::external {

struct Loaded {
  std::shared_ptr<plugins::Agent> agent;  // null: `reason` says why; without one it is not ours
  std::string reason;
  bool worth_another_try = false;  // a moment's trouble may be the cause
};

// Reads the description, checks the files and asks the agent whether it wants to be active. A JSON
// description that names another provider than "external" is not ours. Runs programs, so it takes
// seconds; `cancel_fd`, see Call, ends it. `around` outlives the agent. Thread-safe.
Loaded load(const Candidate& candidate, const Surroundings& around, int cancel_fd);

// Built-in agents, and the names that Choria keeps for itself.
const std::vector<std::string>& reserved_names();

}  // namespace muster::external
