// A machine's clock, which may be wrong: ahead of the right one, or behind. What waits is not changed by that.
#pragma once

#include "proto/base/clock.hpp"

namespace muster::sim {

// On the loop's thread. `right` must outlive it.
class MachineClock final : public base::Clock {
 public:
  explicit MachineClock(const base::Clock& right) : right_(right) {}

  // It jumps. 0: it is right; below 0: it is behind.
  void set_off_by(std::chrono::milliseconds off) { off_ = off; }
  std::chrono::milliseconds off_by() const { return off_; }
  std::int64_t unix_ms() const override { return right_.unix_ms() + off_.count(); }
  std::chrono::steady_clock::time_point steady() const override { return right_.steady(); }

 private:
  const base::Clock& right_;
  std::chrono::milliseconds off_{0};
};

}  // namespace muster::sim
