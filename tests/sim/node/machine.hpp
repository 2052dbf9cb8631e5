// A machine that can be switched on, and off without a word: its disk stays, its agent is made anew.
#pragma once

#include <memory>
#include <string>

#include "tests/sim/broker/cable.hpp"
#include "tests/sim/node/disk.hpp"
#include "tests/sim/node/machine_spec.hpp"
#include "tests/sim/node/witness.hpp"
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
  void plug(const Cable& cable);

  const std::string& name() const { return spec_.name; }
  const MachineSpec& spec() const { return spec_; }
  Disk& disk() { return disk_; }
  const Disk& disk() const { return disk_; }
  const Witness& witness() const { return witness_; }

 private:
  struct Process;
  Surroundings& around_;
  const Site& site_;
  const MachineSpec spec_;
  Disk disk_;
  Cable cable_;
  Witness witness_;
  played::Runs runs_;
  std::unique_ptr<Process> process_;
};

}  // namespace muster::sim
