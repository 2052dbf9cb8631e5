// A request is executed at most once: the ids of those that were carried out are remembered for as long as they could
// still be valid, also by the next process when there is a journal. Each caller has a share, so that none can fill the
// window for the others.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <queue>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "proto/base/clock.hpp"
#include "proto/base/guarded.hpp"
#include "proto/base/result.hpp"
#include "proto/security/replay_journal.hpp"

namespace muster::security {

inline constexpr std::size_t kReplayWindowMax = 131'072;  // ids kept
inline constexpr std::size_t kReplayShareMax = 8'192;     // of them of one caller
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

  // When `caller` sent what, by its own word; two callers may use the same id.
  struct Sending {
    std::string_view caller;
    std::string_view id;
    std::int64_t sent_at_ms = 0;  // Unix time
    std::int64_t ttl_ms = 0;      // 1 to kTtlMaxMs
  };

  // Whether it could be admitted now, but for the room: remembers nothing. Errc::invalid_data for an id or ttl beyond
  // the limits above, Errc::expired when ttl or clock say so (the message tells by how much, and which clock to check),
  // Errc::refused "replayed" when the caller's id was admitted before.
  Status check(const Sending& sending);
  // As check(), and remembers the id: only for what is then carried out, or others could fill the window with what is
  // not. Errc::limit when the caller's share, or the window, is full of live ids.
  Status admit(const Sending& sending);

  // An answer to a message of ours was sent at `answered_at_ms` by its sender's clock: what that
  // clock sends from then on is new, even if ours is ahead of it.
  void clock_compared(std::int64_t answered_at_ms);

 private:
  struct Seen {
    std::int64_t until_ms;
    const std::string* key;  // in State::ids
    bool operator>(const Seen& other) const { return until_ms > other.until_ms; }
  };
  using Shares =
      std::unordered_map<std::string, std::size_t>;  // callers, and how many ids each has
  struct State {
    std::chrono::steady_clock::time_point opened;
    std::optional<ReplayJournal> journal = {};
    std::unordered_map<std::string, Shares::pointer> ids = {};  // "caller/id", and whose it is
    Shares shares = {};
    std::priority_queue<Seen, std::vector<Seen>, std::greater<>> by_end = {};
    // The latest end among forgotten ids. Should the clock be set back, what could be one of them is
    // refused.
    std::int64_t forgotten_until_ms = std::numeric_limits<std::int64_t>::min();
  };

  std::int64_t opened_at_ms(const State& state, std::int64_t now_ms) const;
  void open_at(State& state, std::int64_t opened_at_ms, std::int64_t now_ms) const;
  void resume(State& state, const ReplayJournal::Past& past) const;
  void write_journal(State& state) const;
  Status check_now(State& state, const Sending& sending, std::int64_t now_ms) const;
  static Status check_room(const State& state, const Sending& sending);
  static void remember(State& state, std::string key, std::string_view caller,
                       std::int64_t until_ms);
  void record(State& state, const std::string& key, std::int64_t until_ms) const;
  static void give_journal_up(State& state, const Error& why);
  Status in_time(const State& state, std::int64_t now_ms, std::int64_t sent_at_ms,
                 std::int64_t until_ms) const;
  static void forget_expired(State& state, std::int64_t now_ms);

  const base::Clock& clock_;
  base::Guarded<State> state_;
};

}  // namespace muster::security
