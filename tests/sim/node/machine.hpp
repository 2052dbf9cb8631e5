// A machine that can be switched on, and off without a word: its disk stays, its agent is made anew.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "tests/sim/broker/cable.hpp"
#include "tests/sim/node/disk.hpp"
#include "tests/sim/node/machine_spec.hpp"
#include "tests/sim/node/witness.hpp"
#include "tests/sim/surroundings/machine_clock.hpp"
#include "tests/sim/surroundings/surroundings.hpp"
#include "tests/support/played/runs.hpp"

namespace muster::sim {

// On the loop's thread; switched off only while no function of its agent runs. What it is given must outlive it.
class Machine {
 public:
  Machine(Surroundings& around, const Site& site, MachineSpec spec,
          const played::RunHabits& habits);
  ~Machine();

  void switch_on();
  // As when the power fails: the broker publishes the last will, and Puppet's runs go on (they are children of nobody).
  void switch_off();
  bool is_on() const { return process_ != nullptr; }
  bool has_been_on() const { return on_since_.has_value(); }
  // It is off, and comes back with nothing on its disk.
  void reinstall();
  // At its next write, before or after that is on the disk; null: not any more.
  void power_fails(std::optional<Power> when);
  // Of Puppet runs that start from now on; and whether each that ends has the agent started anew.
  void set_runs(const played::RunHabits& habits, bool end_agent);
  void plug(const Cable& cable);
  // 0: it is right again.
  void set_clock(std::chrono::milliseconds off);

  const std::string& name() const { return spec_.name; }
  const MachineSpec& spec() const { return spec_; }
  Disk& disk() { return disk_; }
  const Disk& disk() const { return disk_; }
  Witness& witness() { return witness_; }
  const Witness& witness() const { return witness_; }
  // How often it was installed, or gave its certificate up: each time it is provisioned anew.
  std::size_t lives() const { return lives_ + disk_.given_up; }
  // Nothing: it was never on.
  std::optional<std::chrono::steady_clock::time_point> on_since() const { return on_since_; }

 private:
  struct Process;
  void run_ended(const std::string& id);

  Surroundings& around_;
  const Site& site_;
  const MachineSpec spec_;
  MachineClock clock_;
  Disk disk_;
  Cable cable_;
  std::size_t lives_ = 1;
  bool runs_end_agent_ = false;
  std::optional<std::chrono::steady_clock::time_point> on_since_;
  Witness witness_;
  played::Runs runs_;
  std::unique_ptr<Process> process_;
};

}  // namespace muster::sim
