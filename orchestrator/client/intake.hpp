// What others send us: verified on all cores, and taken in one after the other.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "proto/base/drop_log.hpp"
#include "proto/base/fair_queue.hpp"
#include "proto/base/guarded.hpp"
#include "proto/loop/executor.hpp"

namespace muster::client {

// Verified and not taken in yet: what may wait behind one that takes longer.
inline constexpr std::size_t kVerifiedAhead = 256;
inline constexpr std::size_t kVerifiedAheadBytes = std::size_t{16}
                                                   << 20U;  // as they came; decoded they are larger
// Of one sender: the rest stays free for others, whose items are then verified while that one's wait. One more is begun
// while a sender has less than that.
inline constexpr std::size_t kVerifiedAheadOfOne = kVerifiedAhead / 4;
inline constexpr std::size_t kVerifiedAheadBytesOfOne = kVerifiedAheadBytes / 4;
// Verified in one piece of work; then whatever else waits for the executor has its turn.
inline constexpr std::size_t kVerifiedAtOnce = 16;

// Where verifying is done, and by how many at once. The executor must outlive every intake.
struct Verifiers {
  loop::Executor& executor;
  std::size_t count = 1;
};

// post(), post_mark(), drain() and stop() are thread-safe. Senders in turn, each one's items in the order of posting. Who
// has more waiting than they may, loses what is beyond, and is named in the log. Bus handlers may outlive its owner: they
// share it, and the owner calls stop() before it goes.
class Intake : public std::enable_shared_from_this<Intake> {
 public:
  // Puts an item where it belongs: one at a time, each after those that left the queue before it.
  using TakeIn = std::function<void()>;
  // Runs beside others of its kind, in any order. Both run on the executor; neither may wait for this intake.
  using Verify = std::function<TakeIn()>;

  // `name`: what waits here, for the log.
  static std::shared_ptr<Intake> make(std::string name, base::FairLimits limits,
                                      Verifiers verifiers);
  Intake(const Intake&) = delete;
  Intake& operator=(const Intake&) = delete;

  // What does not fit is lost and counted. `sender`: as base::FairQueue::push.
  void post(std::string_view sender, Verify verify, std::size_t bytes);
  // Is taken in after all that waits and before all that is posted later, whoever sends it.
  void post_mark(TakeIn task);

  // Waits until everything posted before the call has been taken in or lost; false when `patience` ran out or it was
  // stopped. Neither from the executor nor where that has no thread of its own.
  bool drain(std::chrono::milliseconds patience);

  // What waits is dropped, with all that it holds; a `Verify` or `TakeIn` that runs is waited for, and none runs once this
  // returns, whatever the executor still has of this intake and whatever is posted later: what they use may go then. Not from
  // `Verify` or `TakeIn`.
  void stop();

  std::size_t dropped() const;

 private:
  // Of a mark, `verify` and `sender` are empty.
  struct Item {
    std::string sender;
    Verify verify;
    TakeIn take_in;
    std::size_t bytes = 0;
  };
  struct Numbered {
    std::uint64_t number;
    Item item;
  };
  struct Verified {
    TakeIn take_in;
    std::string sender;
    std::size_t bytes;
  };
  struct Ahead {
    std::size_t items = 0;
    std::size_t bytes = 0;
  };
  struct State {
    std::size_t asked = 0;        // pieces of work that the executor has or runs
    std::size_t running = 0;      // of them
    std::uint64_t given_out = 0;  // numbers, in the order in which items left the queue
    std::uint64_t next = 1;       // to be taken in
    std::size_t bytes_ahead = 0;  // of what was given out and is not taken in
    std::unordered_map<std::string, Ahead> ahead_of;  // the same, by sender; none has nothing
    std::map<std::uint64_t, Verified> verified;
    bool taking_in = false;
    bool stopping = false;
    std::size_t dropped = 0;
  };

  Intake(std::string name, base::FairLimits limits, Verifiers verifiers);
  static bool is_far_ahead(const State& state);
  static bool has_its_share(const State& state, const std::string& sender);
  static void count_taken_in(State& state, const Verified& item);
  void ask_for_work();
  void ask();
  void work();
  std::optional<Numbered> next_item();
  void hand_over(std::uint64_t number, Verified verified);
  bool take_in_next();

  const Verifiers verifiers_;
  base::FairQueue<Item> queue_;
  base::DropLog drops_;
  base::Guarded<State> state_;
  std::condition_variable progress_;
};

}  // namespace muster::client
