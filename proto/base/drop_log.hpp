// Tells in the log whose messages a full queue drops: a line for each sender now and then, with how many.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <string>

#include "proto/base/clock.hpp"
#include "proto/base/guarded.hpp"
#include "proto/base/throttle.hpp"

namespace muster::base {

inline constexpr std::size_t kDropNamesMax =
    256;  // senders told apart; the others are told together

// Thread-safe.
class DropLog {
 public:
  // `queue`: what waits there, for people.
  explicit DropLog(std::string queue);
  // Never blocks for long, as a bus's thread must not: counts only.
  void note(const std::string& sender);
  // From a thread that may wait for the log. Cheap when nothing was dropped.
  void tell();

 private:
  const std::string queue_;
  SystemClock clock_;
  Throttle lines_;
  Guarded<std::map<std::string, std::uint64_t>> dropped_;  // not told yet
  std::atomic<bool> untold_{false};
};

}  // namespace muster::base
