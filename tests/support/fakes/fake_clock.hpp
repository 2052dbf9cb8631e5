// A clock that stands still until a test moves it.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

#include "proto/base/clock.hpp"

namespace muster::fakes {

// Thread-safe.
class FakeClock final : public base::Clock {
 public:
  // 2026-01-01T00:00:00Z
  static constexpr std::int64_t kStartMs = 1'767'225'600'000;

  explicit FakeClock(std::int64_t unix_ms = kStartMs) : unix_ms_(unix_ms) {}

  std::int64_t unix_ms() const override { return unix_ms_; }
  std::chrono::steady_clock::time_point steady() const override;

  // Both clocks, as time passes.
  void advance(std::chrono::milliseconds by);
  // The wall clock alone, as when somebody sets it.
  void set_unix_ms(std::int64_t unix_ms) { unix_ms_ = unix_ms; }

 private:
  std::atomic<std::int64_t> unix_ms_;
  std::atomic<std::int64_t> steady_ms_{1'000'000};
};

}  // namespace muster::fakes
