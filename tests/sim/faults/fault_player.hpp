// Plays a plan of faults to a site: each begins at its moment, and heals at its moment.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "tests/sim/faults/fault_plan.hpp"
#include "tests/sim/node/machine.hpp"
#include "tests/sim/operator/sim_operator.hpp"
#include "tests/sim/orchestrator/sim_orchestrator.hpp"

namespace muster::sim {

// On the loop's thread. What it is given must outlive it, and it the last fault.
class FaultPlayer {
 public:
  struct Stage {
    Surroundings& around;
    const std::vector<std::unique_ptr<PuppetCa>>& cas;      // by master
    const std::vector<std::unique_ptr<Machine>>& machines;  // masters first, then nodes
    const std::vector<std::unique_ptr<SimOrchestrator>>& orchestrators;
    const std::vector<std::unique_ptr<SimOperator>>& operators;
  };
  explicit FaultPlayer(const Stage& stage) : stage_(stage) {}

  // Now is the start.
  void play(const std::vector<Fault>& plan);
  // Whether the broker ever forgot while somebody was away, or less than a minute before or after, who might have been the only
  // one to know what it retained: an orchestrator that was killed, stopped or cut off.
  bool has_forgotten() const { return has_forgotten_; }

 private:
  // What a fault does. Two of one kind at one victim are one that lasts longer.
  enum class Effect {
    broker_down,
    up_cut,
    down_cut,
    machine_off,
    killed,
    stopped,
    ca_stopped,
    disk_slow
  };
  static std::vector<Effect> effects_of(FaultKind kind);
  void change(const Fault& fault, bool begins);
  void apply(Effect effect, std::size_t whom, bool is_on);
  void set_broker(bool is_down);
  void set_machine(std::size_t whom, bool is_off);
  void set_killed(std::size_t whom, bool is_killed);
  void set_disk(std::size_t whom, bool is_slow);
  void plug(std::size_t whom);
  bool is_of_an_orchestrator(Effect effect, std::size_t whom) const;
  void note_what_is_lost(Effect effect, std::size_t whom, bool begins);
  int& count(Effect effect, std::size_t whom) { return under_way_[{effect, whom}]; }
  std::string name_of_victim(const Fault& fault) const;
  bool is_machine(std::size_t whom) const { return whom < stage_.machines.size(); }
  bool is_operator(std::size_t whom) const {
    return whom >= stage_.machines.size() + stage_.orchestrators.size();
  }
  // Of those who come after the machines.
  SimOrchestrator& orchestrator(std::size_t whom) const {
    return *stage_.orchestrators[whom - stage_.machines.size()];
  }
  // Of those who come after these.
  SimOperator& operator_at(std::size_t whom) const {
    return *stage_.operators[whom - stage_.machines.size() - stage_.orchestrators.size()];
  }

  const Stage stage_;
  std::map<std::pair<Effect, std::size_t>, int> under_way_;
  bool forgets_ = false;  // the broker that is down now
  std::size_t away_ = 0;  // effects under way that keep orchestrators from saying what they know
  std::optional<std::chrono::steady_clock::time_point> back_at_;    // the last of them ended
  std::optional<std::chrono::steady_clock::time_point> forgot_at_;  // the broker was back empty
  bool has_forgotten_ = false;
};

}  // namespace muster::sim
