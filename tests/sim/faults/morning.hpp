// A simulated site after its night, to be looked at from outside: at disks, CAs, the broker's store and outboxes, never at what
// an orchestrator thinks.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/sim/faults/fault_plan.hpp"
#include "tests/sim/node/machine.hpp"
#include "tests/sim/orchestrator/sim_orchestrator.hpp"

namespace muster::sim {

// Outlives who looks.
struct Morning {
  Surroundings& around;
  const Site& site;
  const std::vector<std::unique_ptr<PuppetCa>>& cas;
  const std::vector<std::unique_ptr<Machine>>& machines;  // masters, too
  const std::vector<std::unique_ptr<SimOrchestrator>>& orchestrators;
  // The broker, while an orchestrator was away: what that one alone knew nobody could say again.
  bool has_forgotten = false;
  std::vector<Fault> plan = {};  // what was wrong, and when
  std::int64_t began_at_ms = 0;  // the night, Unix time
  // AdmissionWatch::unknowing(); null: nobody was watched.
  const std::set<std::string>* let_in_unknowing = nullptr;
};

// What the broker retains of a node, when it is to be believed.
std::optional<client::Record> record_of(const Morning& morning, const std::string& identity);
// Who may decide is a person: another machine has its name, or had it.
bool waits_for_a_person(const Morning& morning, const Machine& node);
// How far a node is by its own disk.
plugins::provision::State state_of(const Machine& node);

}  // namespace muster::sim
