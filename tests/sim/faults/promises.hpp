// What must hold of a site when everything that broke has healed.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tests/sim/node/machine.hpp"
#include "tests/sim/orchestrator/sim_orchestrator.hpp"

namespace muster::sim {

// A site to be looked at. Outlives who looks.
struct Morning {
  Surroundings& around;
  const Site& site;
  const std::vector<std::unique_ptr<PuppetCa>>& cas;
  const std::vector<std::unique_ptr<Machine>>& machines;  // masters, too
  const std::vector<std::unique_ptr<SimOrchestrator>>& orchestrators;
  bool has_forgotten = false;  // the broker, once: what nobody says again is gone
};

// A node is done: in production, or it waits for a person.
bool is_done(const Morning& morning, const Machine& node);

// A line for each promise that is broken: whose, and how.
// - Each node is provisioned as its record says, or failed, and is online.
// - At most one valid certificate a name, and it is the node's.
// - No token lets more names in than it allows.
// - Of each outcome people are told once, whoever tells them.
std::vector<std::string> broken_promises(const Morning& morning);

}  // namespace muster::sim
