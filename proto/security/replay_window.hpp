// A request is executed at most once: ids are remembered for as long as they could still be valid.
#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <unordered_set>

#include "proto/base/clock.hpp"
#include "proto/base/result.hpp"

namespace muster::security {

inline constexpr std::size_t kReplayWindowMax = 65'536;       // ids kept
inline constexpr std::int64_t kTtlMaxMs = 10 * 60 * 1000;     // longest time to live accepted
inline constexpr std::int64_t kClockSkewMaxMs = 30 * 1000;    // how far in the future a sender's clock may be

// Thread-safe.
class ReplayWindow {
 public:
  // Messages sent before `opened_at_ms` are refused as expired: what an earlier process saw is not known.
  ReplayWindow(const base::Clock& clock, std::int64_t opened_at_ms);

  // Records the id. Errc::expired when ttl or clock say so (the message tells by how much, and which clock to
  // check), Errc::refused "replayed" when the id was seen, Errc::limit when the window is full of live ids.
  Status admit(const std::string& id, std::int64_t sent_at_ms, std::int64_t ttl_ms);

 private:
  void forget_expired(std::int64_t now_ms);
  const base::Clock& clock_;
  const std::int64_t opened_at_ms_;
  std::mutex mutex_;
  struct Seen {
    std::string id;
    std::int64_t until_ms;
  };
  std::deque<Seen> order_;
  std::unordered_set<std::string> ids_;
};

}  // namespace muster::security
