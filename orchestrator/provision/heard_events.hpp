// Events that steps wait for, as they were heard.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>

#include "proto/base/result.hpp"
#include "proto/loop/bells.hpp"
#include "proto/loop/task.hpp"
#include "proto/loop/waits.hpp"

namespace muster::provision {

inline constexpr std::size_t kHeardEventsKept = 10'000;  // of one type about one node the last

// By how much the clock of who tells an event may differ from ours.
inline constexpr std::chrono::milliseconds kEventClockRoom = std::chrono::minutes(1);

// When an event counts as told (Unix time), by its own word and ours; nothing: it is from the future. Not when it is heard: who can
// write to the bus can bring again what was signed long ago.
std::optional<std::int64_t> event_counts_at(std::int64_t told_at_ms, std::int64_t now_ms);

// On the loop's thread; must outlive who waits.
class HeardEvents {
 public:
  explicit HeardEvents(loop::Waits& waits) : waits_(waits), bells_(waits) {}

  void heard(const std::string& type, const std::string& identity, std::int64_t at_ms);
  // Until one of since then (Unix time) is heard, or was. Errc::timeout; Errc::unavailable when the orchestrator is stopping.
  loop::Task<Status> wait(std::string type, std::string identity, std::int64_t since_ms,
                          std::chrono::milliseconds timeout);

 private:
  loop::Waits& waits_;
  loop::Bells bells_;                         // by type and identity
  std::map<std::string, std::int64_t> last_;  // when, by the same
  std::deque<std::string> in_order_;          // the same, as they were first heard of
};

}  // namespace muster::provision
