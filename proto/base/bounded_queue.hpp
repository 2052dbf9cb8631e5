// A queue between threads that refuses instead of growing.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <optional>
#include <utility>

#include "proto/base/guarded.hpp"

namespace muster::base {

// Thread-safe for any number of producers and consumers. After close(), pushes are refused and pops
// drain what is left, then give nothing.
template <class T>
class BoundedQueue {
 public:
  explicit BoundedQueue(std::size_t capacity) : capacity_(capacity) {}

  // False when full or closed: the producer decides what is lost and says so.
  [[nodiscard]] bool try_push(T item) {
    {
      const Locked state(state_);
      if (state->closed || state->items.size() >= capacity_) return false;
      state->items.push_back(std::move(item));
    }
    filled_.notify_one();
    return true;
  }

  // Waits for an item; nothing once closed and drained.
  std::optional<T> pop() {
    Locked state(state_);
    state.wait(filled_, [&] { return state->closed || !state->items.empty(); });
    return take(state->items);
  }

  // As pop(), but gives nothing after `patience` either.
  std::optional<T> pop_for(std::chrono::milliseconds patience) {
    Locked state(state_);
    state.wait_for(filled_, patience, [&] { return state->closed || !state->items.empty(); });
    return take(state->items);
  }

  void close() {
    state_.with_lock([](State& state) { state.closed = true; });
    filled_.notify_all();
  }

  bool closed() const { return Locked(state_)->closed; }

  std::size_t size() const { return Locked(state_)->items.size(); }

 private:
  struct State {
    std::deque<T> items;
    bool closed = false;
  };

  static std::optional<T> take(std::deque<T>& items) {
    if (items.empty()) return std::nullopt;
    std::optional<T> item(std::move(items.front()));
    items.pop_front();
    return item;
  }

  const std::size_t capacity_;
  std::condition_variable filled_;
  Guarded<State> state_;
};

}  // namespace muster::base
