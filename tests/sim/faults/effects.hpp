// What faults do to a simulated site: each effect, put on somebody and taken off again.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/sim/faults/fault_kind.hpp"
#include "tests/sim/node/machine.hpp"
#include "tests/sim/operator/sim_operator.hpp"
#include "tests/sim/orchestrator/sim_orchestrator.hpp"

namespace muster::sim {

struct Stage {
  Surroundings& around;
  const Site& site;
  const std::vector<std::unique_ptr<PuppetCa>>& cas;      // by master
  const std::vector<std::unique_ptr<Machine>>& machines;  // masters first, then nodes
  const std::vector<std::unique_ptr<SimOrchestrator>>& orchestrators;
  const std::vector<std::unique_ptr<SimOperator>>& operators;

  bool is_machine(std::size_t whom) const { return whom < machines.size(); }
  bool is_operator(std::size_t whom) const {
    return whom >= machines.size() + orchestrators.size();
  }
  // Of those who come after the machines.
  SimOrchestrator& orchestrator(std::size_t whom) const {
    return *orchestrators[whom - machines.size()];
  }
  // Of those who come after these.
  SimOperator& operator_at(std::size_t whom) const {
    return *operators[whom - machines.size() - orchestrators.size()];
  }
};

enum class Effect {
  broker_down,
  broker_repeats,
  up_cut,
  down_cut,
  link_slow,
  machine_off,
  killed,
  stopped,
  ca_stopped,
  ca_refuses,
  disk_slow,
  disk_full,
  runs_fail,
  runs_hang,
  runs_end_agent,
  power_fails,
  twin,
  clock_wrong,
  ca_slow,
  crashes,
  orchestrator_power_fails,
  ca_uneven,
  retired,
  leaves
};
// Those of a fault that last; what happens at once at its begin is befall()'s.
std::vector<Effect> effects_of(FaultKind kind);

// On the loop's thread. What it is given must outlive it, and it the last of what it does.
class Effects {
 public:
  explicit Effects(const Stage& stage) : stage_(stage) {}
  ~Effects();

  // `whom`: as Fault::whom, but of what befalls nodes alone the machine.
  void put(Effect effect, std::size_t whom, bool is_on);
  // What a fault does once, before its effects are put on.
  void befall(FaultKind kind, std::size_t whom);

 private:
  void set_broker(bool is_down);
  void set_machine(std::size_t whom, bool is_off);
  void set_killed(std::size_t whom, bool is_killed);
  void set_disk(std::size_t whom, Effect effect, bool is_on);
  void set_cable(std::size_t whom, Effect effect, bool is_on);
  void set_runs(std::size_t whom, Effect effect, bool is_on);
  void set_twin(std::size_t whom, bool is_there);
  void set_clock(std::size_t whom, bool is_wrong);
  void set_crash(std::size_t whom, bool comes);
  void set_orchestrator_power(std::size_t whom, bool fails);
  void set_leaving(std::size_t whom, bool leaves);
  // An operator goes on asking until an orchestrator does it.
  void set_retired(std::size_t master, bool is_retired);
  // Unless a fault keeps it down.
  void have_back(std::size_t orchestrator);
  // Before or after the write.
  Power drawn_power() const;
  void lose_retained();

  struct Runs {
    bool fail = false;
    bool hang = false;
    bool end_agent = false;
  };
  const Stage stage_;
  std::map<std::size_t, Cable> cables_;
  std::map<std::size_t, Runs> runs_;
  std::map<std::size_t, bool> off_;     // machines, by a fault
  std::map<std::size_t, bool> killed_;  // orchestrators, by a fault
  std::map<std::size_t, bool> slow_;    // machines' disks
  std::map<std::size_t, bool> slow_ca_;
  std::map<std::size_t, std::unique_ptr<Machine>> twins_;
  std::map<std::size_t, std::string>
      retired_by_;        // masters, as an operator wants it; empty: nobody
  bool forgets_ = false;  // the broker that is down now
};

}  // namespace muster::sim
