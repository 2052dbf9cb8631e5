// One timer that ends with its owner.
#pragma once

#include <chrono>
#include <functional>

#include "proto/loop/timers.hpp"

namespace muster::loop {

// On the loop's thread. `timers` must outlive it.
class Timer {
 public:
  explicit Timer(Timers& timers) : timers_(timers) {}
  ~Timer() { stop(); }
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  // In place of what was set before. `then` may set it anew, or destroy the timer.
  void set(std::chrono::milliseconds delay, std::function<void()> then);
  void stop();
  bool is_set() const { return id_ != 0; }

 private:
  Timers& timers_;
  Timers::Id id_ = 0;
};

}  // namespace muster::loop
