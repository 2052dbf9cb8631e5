// A request is executed at most once: ids are remembered for as long as they could still be valid, also by the next
// process when there is a journal.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <queue>
#include <string>
#include <unordered_set>
#include <vector>

#include "proto/base/clock.hpp"
#include "proto/base/result.hpp"
#include "proto/security/replay_journal.hpp"

namespace muster::security {

inline constexpr std::size_t kReplayWindowMax = 65'536;  // ids kept
inline constexpr std::size_t kRequestIdMaxBytes = 64;
inline constexpr std::int64_t kTtlMaxMs = 10 * 60 * 1000;  // longest time to live accepted
inline constexpr std::int64_t kClockSkewMaxMs =
    30 * 1000;  // how far in the future a sender's clock may be

// Thread-safe.
class ReplayWindow {
 public:
  // Messages sent before `opened_at_ms` are refused as expired: what an earlier process saw is not
  // known. Setting the wall clock later moves that moment with it, or a clock that was ahead at boot
  // would make the node deaf until the time it had shown.
  ReplayWindow(const base::Clock& clock, std::int64_t opened_at_ms);
  // Goes on with the window of an earlier process of this boot; without one it opens now. A journal
  // that cannot be written is given up, which is logged: the next process then opens anew.
  ReplayWindow(const base::Clock& clock, ReplayJournal journal);

  // Records the id. Errc::invalid_data for an id or ttl beyond the limits above, Errc::expired when
  // ttl or clock say so (the message tells by how much, and which clock to check), Errc::refused
  // "replayed" when the id was seen, Errc::limit when the window is full of live ids.
  Status admit(const std::string& id, std::int64_t sent_at_ms, std::int64_t ttl_ms);

  // An answer to a message of ours was sent at `answered_at_ms` by its sender's clock: what that
  // clock sends from then on is new, even if ours is ahead of it.
  void clock_compared(std::int64_t answered_at_ms);

 private:
  std::int64_t opened_at_ms(std::int64_t now_ms) const;
  void open_at(std::int64_t opened_at_ms, std::int64_t now_ms);
  void resume(const ReplayJournal::Past& past);
  void write_journal();
  void record(const std::string& id, std::int64_t until_ms);
  void give_journal_up(const Error& why);
  Status in_time(std::int64_t now_ms, std::int64_t sent_at_ms, std::int64_t until_ms) const;
  void forget_expired(std::int64_t now_ms);

  struct Seen {
    std::int64_t until_ms;
    const std::string* id;  // in ids_
    bool operator>(const Seen& other) const { return until_ms > other.until_ms; }
  };
  const base::Clock& clock_;
  std::chrono::steady_clock::time_point opened_;
  std::optional<ReplayJournal> journal_;
  std::mutex mutex_;
  std::unordered_set<std::string> ids_;
  std::priority_queue<Seen, std::vector<Seen>, std::greater<>> by_end_;
  // The latest end among forgotten ids. Should the clock be set back, what could be one of them is
  // refused.
  std::int64_t forgotten_until_ms_;
};

}  // namespace muster::security
