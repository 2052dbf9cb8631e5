// An orchestrator in virtual time: the real Provisioner between a bus and masters that are played.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "orchestrator/provision/provisioner.hpp"
#include "orchestrator/provision/record_notes.hpp"
#include "tests/sim/orchestrator/sim_collective.hpp"
#include "tests/sim/orchestrator/sim_world.hpp"

namespace muster::sim {

struct OrchestratorOptions {
  std::size_t in_flight = 100;  // nodes at once
  std::size_t per_master = 50;  // of them with one master
};

// On the loop's thread. What it is given must outlive it.
class SimOrchestrator {
 public:
  SimOrchestrator(Surroundings& around, const Site& site, const std::string& name,
                  const Holder& holder, const provision::Workflow& workflow,
                  const std::map<std::string, x509::Certificate>& cas,
                  const OrchestratorOptions& options);

  void switch_on();
  const SimCollective& collective() const { return collective_; }
  // Whom people were told of.
  std::size_t told() const { return told_; }

 private:
  void hear_announcement(const transport::Message& message);
  Result<provision::Joiner> judge(const transport::Message& message);
  void on_member(const std::string& identity, bool online);
  void look_around();

  Surroundings& around_;
  const provision::Workflow& workflow_;
  BusMember bus_;
  loop::Waits waits_;
  Presences presences_;
  Calls calls_;
  SimMasters masters_;
  SimCollective collective_;
  SimWorld world_;
  provision::Provisioner provisioner_;
  provision::RecordNotes notes_;
  loop::Timer look_;
  loop::Task<std::set<std::string>> looking_;  // at masters, for nodes that are held up
  bool is_looking_ = false;
  std::size_t told_ = 0;
};

}  // namespace muster::sim
