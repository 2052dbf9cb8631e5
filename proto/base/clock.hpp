// Time as a dependency, so that tests need not wait for it.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "proto/base/guarded.hpp"

namespace muster::base {

inline constexpr std::int64_t kMsPerSecond = 1'000;

// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  // Milliseconds since 1970-01-01 UTC: what travels in messages.
  virtual std::int64_t unix_ms() const = 0;
  // For deadlines and durations; never jumps.
  virtual std::chrono::steady_clock::time_point steady() const = 0;
};

class SystemClock final : public Clock {
 public:
  std::int64_t unix_ms() const override;
  std::chrono::steady_clock::time_point steady() const override;
};

// Another clock, corrected by an offset: a node whose own time is wrong at first boot judges time
// to live by the orchestrator's. The correction ends by itself once the clock below has been set
// right (NTP), or it would be wrong by as much as before. Thread-safe.
class OffsetClock final : public Clock {
 public:
  // A clock that jumped to within this of the corrected time has been set right.
  static constexpr std::int64_t kSetRightMs = 2'000;

  explicit OffsetClock(const Clock& under) : under_(under) {}
  void set_offset_ms(std::int64_t offset_ms);
  std::int64_t offset_ms() const;
  std::int64_t unix_ms() const override { return under_.unix_ms() + offset_ms(); }
  std::chrono::steady_clock::time_point steady() const override { return under_.steady(); }

 private:
  struct Told {
    std::int64_t offset_ms = 0;
    std::int64_t time_ms = 0;  // the corrected time when the offset was set
    std::chrono::steady_clock::time_point at{};
  };
  const Clock& under_;
  mutable Guarded<Told> told_;
};

// "2026-11-21T06:13:13.250Z".
std::string iso8601(std::int64_t unix_ms);

}  // namespace muster::base
