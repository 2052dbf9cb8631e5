// What must hold of masters: of those that are retired, and of the places that they lend.
#pragma once

#include <string>
#include <vector>

#include "tests/sim/faults/morning.hpp"

namespace muster::sim {

// On the loop's thread. What it is given must outlive it, and it the night. One at a time.
class MasterWatch {
 public:
  MasterWatch(Surroundings& around, const std::vector<std::unique_ptr<PuppetCa>>& cas,
              const std::vector<std::unique_ptr<Machine>>& machines,
              const std::vector<std::unique_ptr<SimOrchestrator>>& orchestrators,
              const OrchestratorOptions& options);
  ~MasterWatch();
  MasterWatch(const MasterWatch&) = delete;
  MasterWatch& operator=(const MasterWatch&) = delete;

  // A line for each
  // - certificate that a master's CA signed for a run that began with it when its orchestrator had known for a minute that
  //   it is retired;
  // - node that was begun with a master when its places were taken, by all orchestrators together. For half a minute after the
  //   master's agent began anew, or after an orchestrator asked again whose loan was over, there may be more.
  const std::vector<std::string>& complaints() const { return complaints_; }

 private:
  void saw_signed(const PuppetCa& by, const std::string& name);
  void saw_enlisted(const std::string& orchestrator, const std::string& master);
  bool may_overshoot(const std::string& master) const;
  const Machine* machine(const std::string& name) const;
  void say(std::string complaint);

  Surroundings& around_;
  const std::vector<std::unique_ptr<PuppetCa>>& cas_;
  const std::vector<std::unique_ptr<Machine>>& machines_;
  const std::vector<std::unique_ptr<SimOrchestrator>>& orchestrators_;
  const OrchestratorOptions options_;
  std::vector<std::string> complaints_;
};

// Retired, and not taken back: by what all orchestrators that are on know.
bool is_retired(const Morning& morning, const std::string& master);
// A line for each node in production that still has the certificate of a master that is retired, while another one is not.
// Nobody is moved while a node has failed or waits for a person, nor who has no record with its join key.
std::vector<std::string> members_of_retired(const Morning& morning);

}  // namespace muster::sim
