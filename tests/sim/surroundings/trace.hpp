// What happened in a simulation, line by line: the same seed gives the same lines.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "proto/base/clock.hpp"

namespace muster::sim {

// On the loop's thread.
class Trace {
 public:
  // `write` is given each line without its end; empty: none is kept, and the digest tells what they were.
  explicit Trace(const base::Clock& clock, std::function<void(std::string_view)> write = {})
      : clock_(clock), write_(std::move(write)) {}

  // "<milliseconds since the start> <who> <what>".
  void line(std::string_view who, std::string_view what);

  std::uint64_t lines() const { return lines_; }
  // Of all lines so far (FNV-1a, 64 bits).
  std::uint64_t digest() const { return digest_; }

 private:
  const base::Clock& clock_;
  const std::function<void(std::string_view)> write_;
  const std::chrono::steady_clock::time_point began_ = clock_.steady();
  std::uint64_t lines_ = 0;
  std::uint64_t digest_ = 14'695'981'039'346'656'037U;
};

}  // namespace muster::sim
