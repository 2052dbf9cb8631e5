// A loop whose time passes only when nothing is left to do, and at once: hours are tested in no time, each time the same.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <random>

#include "proto/loop/executor.hpp"
#include "proto/loop/poster.hpp"
#include "proto/loop/random.hpp"
#include "proto/loop/timer_queue.hpp"
#include "proto/loop/timers.hpp"
#include "tests/support/fakes/fake_clock.hpp"

namespace muster::fakes {

// On one thread. Work of its executor is done on it, too, in the order of asking.
class VirtualLoop final : public loop::Timers,
                          public loop::Poster,
                          public loop::Executor,
                          public loop::Random {
 public:
  explicit VirtualLoop(std::uint64_t seed = 1) : chance_(seed) {}

  // Runs `task` in turn, at this moment. Always true.
  bool post(std::function<void()> task) override {
    tasks_.push_back(std::move(task));
    return true;
  }
  // Does all that is to be done at this moment. Time stands still.
  void run_due();
  // Lets time pass, and does what falls due meanwhile, each at its moment.
  void advance(std::chrono::milliseconds by);
  // Lets time pass from timer to timer until `condition` holds: true; or for `patience`: whether it holds then.
  bool advance_until(const std::function<bool()>& condition, std::chrono::milliseconds patience);
  // The wall clock alone, as when somebody sets it.
  void set_unix_ms(std::int64_t unix_ms) { clock_.set_unix_ms(unix_ms); }
  // Nothing is to be done now, nor later.
  bool idle() const { return tasks_.empty() && !timers_.next(); }

  const base::Clock& clock() const override { return clock_; }
  Id after(std::chrono::milliseconds delay, std::function<void()> then) override;
  void cancel(Id id) override { timers_.cancel(id); }
  Status run(Work work) override;
  std::string id() override;
  double share() override;

 private:
  using TimePoint = std::chrono::steady_clock::time_point;
  // The first timer that is due by then; time is its moment afterwards.
  bool call_next(TimePoint until);

  FakeClock clock_;
  std::mt19937_64 chance_;
  std::deque<std::function<void()>> tasks_;
  loop::TimerQueue timers_;
};

}  // namespace muster::fakes
