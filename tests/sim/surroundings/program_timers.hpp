// Time as one program of a simulation has it: while the program is stopped, as by SIGSTOP, it is woken by nothing.
#pragma once

#include <functional>
#include <map>
#include <vector>

#include "tests/sim/surroundings/machine_clock.hpp"
#include "tests/support/virtual_loop/virtual_loop.hpp"

namespace muster::sim {

// On the loop's thread. What it is given must outlive it. Clocks go on meanwhile: what fell due runs once the program goes on,
// in the order in which it fell due, and finds that it is late.
class ProgramTimers final : public loop::Timers, public loop::Poster {
 public:
  explicit ProgramTimers(fakes::VirtualLoop& loop) : loop_(loop), clock_(loop.clock()) {}
  ~ProgramTimers() override;
  ProgramTimers(const ProgramTimers&) = delete;
  ProgramTimers& operator=(const ProgramTimers&) = delete;

  void stop(bool is_stopped);
  // Calls `then` once so many more timers have gone off, whatever that is between: a program's awaits end with one. 0: never.
  void after_that_many(std::size_t timers, std::function<void()> then);

  const base::Clock& clock() const override { return clock_; }
  MachineClock& machine_clock() { return clock_; }
  Id after(std::chrono::milliseconds delay, std::function<void()> then) override;
  void cancel(Id id) override;
  // What is posted while the program is stopped waits as well. Always true.
  bool post(std::function<void()> task) override;

 private:
  struct Set {
    Id below = 0;  // the loop's
    std::function<void()> then;
  };
  void due(Id id);

  fakes::VirtualLoop& loop_;
  MachineClock clock_;
  std::map<Id, Set> set_;
  std::vector<Id> due_;  // while it is stopped
  Id last_ = 0;
  bool stopped_ = false;
  std::size_t left_ = 0;  // until then_; 0: nobody waits for that
  std::function<void()> then_;
};

}  // namespace muster::sim
