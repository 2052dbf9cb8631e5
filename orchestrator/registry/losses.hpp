// Registrations that could not be kept, told in the log.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>

#include "proto/base/clock.hpp"
#include "proto/base/result.hpp"

namespace muster::registry {

// For so long none may be lost for a reason before it counts as over.
inline constexpr std::chrono::seconds kLossOverAfter{60};

// One line when registrations begin to be lost for a reason, one when that is over. A full registry
// still takes the nodes it knows, so one that is kept ends nothing. Not thread-safe.
class Losses {
 public:
  explicit Losses(const base::Clock& clock) : clock_(clock) {}

  void add(const Error& why);
  // Tells what is over. From time to time.
  void review();

 private:
  struct Loss {
    std::uint64_t count = 0;
    std::chrono::steady_clock::time_point last{};
  };
  const base::Clock& clock_;
  std::map<Errc, Loss> losses_;
};

}  // namespace muster::registry
