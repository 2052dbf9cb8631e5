// What other threads bring onto a loop, one after the other: each sender has a line and a turn, so that a flood delays nobody
// else by more than an item, and the loop does what else it has to between two items.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "proto/base/drop_log.hpp"
#include "proto/base/fair_queue.hpp"
#include "proto/loop/real/closable_poster.hpp"

namespace muster::loop {

// push(), size() and close() from any thread; the rest is called on the loop. Shared with those who push, as a bus's handlers
// may outlive the owner: the owner closes it, and the poster, before what `take` and `tell_lost` use goes.
template <class T>
class TurnQueue : public std::enable_shared_from_this<TurnQueue<T>> {
 public:
  using Done = std::function<void()>;
  // The next item comes when `done` was called, on the loop.
  using Take = std::function<void(T item, Done done)>;
  // With how many items were lost since the last call.
  using TellLost = std::function<void(std::uint64_t lost)>;

  // `name`: what waits here, for the log.
  TurnQueue(std::shared_ptr<ClosablePoster> poster, std::string name, base::FairLimits limits,
            Take take, TellLost tell_lost = {})
      : poster_(std::move(poster)),
        take_(std::move(take)),
        tell_lost_(std::move(tell_lost)),
        queue_(limits),
        drops_(std::move(name)) {}

  // Never blocks. How many items are lost by it: this one, or others of the sender that has the most. Whose they were is
  // named in the log. `sender`: as base::FairQueue::push.
  std::size_t push(std::string_view sender, T item, std::size_t bytes) {
    const auto pushed = queue_.push(sender, std::move(item), bytes);
    if (pushed.lost) drops_.note(*pushed.lost);
    const std::size_t lost = pushed.displaced.size() + (pushed.taken ? 0 : 1);
    lost_ += lost;
    ask_for_turn();
    return lost;
  }
  std::size_t size() const { return queue_.size(); }
  // What comes later is dropped; what waits has its turn still.
  void close() { queue_.close(); }

 private:
  // A full loop: the next push asks again.
  void ask_for_turn() {
    if (asked_.exchange(true)) return;
    if (!poster_->post([self = this->shared_from_this()] { self->take_turn(); })) asked_ = false;
  }
  void take_turn() {
    asked_ = false;
    if (!in_hand_) take_next();
    drops_.tell();
    if (const auto lost = lost_.exchange(0); lost > 0 && tell_lost_) tell_lost_(lost);
  }
  void take_next() {
    auto item = queue_.try_pop();
    if (!item) return;
    in_hand_ = true;
    take_(*std::move(item), [self = this->shared_from_this()] {
      self->in_hand_ = false;
      if (self->queue_.size() > 0) self->ask_for_turn();
    });
  }

  const std::shared_ptr<ClosablePoster> poster_;
  const Take take_;
  const TellLost tell_lost_;
  base::FairQueue<T> queue_;
  std::atomic<bool> asked_{false};  // for a turn on the loop
  bool in_hand_ = false;            // on the loop
  std::atomic<std::uint64_t> lost_{0};
  base::DropLog drops_;
};

}  // namespace muster::loop
