// From an agent's file to an agent or a data plugin, or to the reason why not.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "node-agent/external/agent_files.hpp"
#include "node-agent/external/surroundings.hpp"
#include "plugins/api/data.hpp"

namespace muster::external {

struct Loaded {
  // By the file's kind one of them, or none: `reason` says why; without one it is not ours.
  std::shared_ptr<plugins::Agent> agent;
  std::shared_ptr<plugins::DataPlugin> data;
  std::string reason;
  bool worth_another_try = false;  // a moment's trouble may be the cause

  bool offered() const { return agent != nullptr || data != nullptr; }
};

// Reads the description, checks the files and asks an agent whether it wants to be active. A JSON
// description that names another provider than "external" is not ours. Runs programs, so it takes
// seconds; `cancel_fd`, see Call, ends it. `around` outlives what is loaded. Thread-safe.
Loaded load(const AgentFile& agent_file, const Surroundings& around, int cancel_fd);

// Built-in agents, and the names that Choria keeps for itself.
const std::vector<std::string>& reserved_names();

}  // namespace muster::external
