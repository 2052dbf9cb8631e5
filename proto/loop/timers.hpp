// Time as a core sees it: what o'clock it is, and being woken later. Real programs give it an EventLoop
// (proto/loop/real), tests and the simulation a VirtualLoop.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>

#include "proto/base/clock.hpp"

namespace muster::loop {

// Everything here runs on the loop's own thread, one thing after the other.
class Timers {
 public:
  using Id = std::uint64_t;  // 0 is no timer's

  virtual ~Timers() = default;

  virtual const base::Clock& clock() const = 0;
  // Calls `then` once, after `delay` at the earliest, never before this returns. What is due at one moment is called in the
  // order in which it was asked for. A delay below zero counts as zero.
  virtual Id after(std::chrono::milliseconds delay, std::function<void()> then) = 0;
  // `then` will not be called. Of one that was called, or of none: nothing happens.
  virtual void cancel(Id id) = 0;
};

}  // namespace muster::loop
