// An orchestrator's machine: its program can be killed and started anew; its disk stays.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "tests/sim/orchestrator/sim_engine.hpp"

namespace muster::sim {

// On the loop's thread; killed only while no function of its program runs. What it is given must outlive it.
class SimOrchestrator {
 public:
  SimOrchestrator(Surroundings& around, const Site& site, std::string name, Holder holder,
                  const workflow::Workflow& workflow,
                  const std::map<std::string, x509::Certificate>& cas,
                  const OrchestratorOptions& options);

  void switch_on();
  // As when the process is killed: leases are not given back, and what was not on the disk is lost.
  void kill();
  // In order: it is off a few seconds later.
  void leave();
  bool is_leaving() const { return is_leaving_; }
  void plug(const Cable& cable);
  // The program, if there is one, does nothing until it goes on; nobody is told.
  void stop(bool is_stopped);
  bool is_on() const { return engine_ != nullptr; }
  // It is killed once so many of what wakes it have come: between any two awaits of its. 0: not any more.
  void crash_after(std::size_t wakings);
  // At its next write, before or after that is on the disk; it is off then. Null: not any more.
  void power_fails(std::optional<Power> when);
  // 0: it is right again.
  void set_clock(std::chrono::milliseconds off) { timers_.machine_clock().set_off_by(off); }
  std::chrono::milliseconds clock_off_by() { return timers_.machine_clock().off_by(); }

  // As an operator asks: SimMarks::mark(). False while it is down.
  bool mark_master(const std::string& master, const std::string& by) {
    return engine_ && !is_stopped_ && engine_->marks().mark(master, by);
  }
  // Null while it is down.
  const SimEngine* engine() const { return engine_.get(); }
  bool is_stopped() const { return is_stopped_; }

  // How many nodes' records are in that state, as far as the program knows; 0 while it is down.
  std::size_t count(std::string_view state) const;
  const std::string& name() const { return name_; }
  const std::string& collective() const { return site_.collective; }
  OrchestratorDisk& disk() { return disk_; }
  const OrchestratorDisk& disk() const { return disk_; }

 private:
  Surroundings& around_;
  const Site& site_;
  const std::string name_;
  const Holder holder_;
  const workflow::Workflow& workflow_;
  const std::map<std::string, x509::Certificate>& cas_;
  const OrchestratorOptions options_;
  OrchestratorDisk disk_;
  Cable cable_;
  ProgramTimers timers_;
  std::unique_ptr<SimEngine> engine_;
  bool is_stopped_ = false;
  bool is_leaving_ = false;
  std::size_t starts_ = 0;
};

}  // namespace muster::sim
