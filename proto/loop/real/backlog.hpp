// What other threads bring onto a loop and may not lose: a loop that has no room for a while is waited for.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <utility>

#include "proto/base/guarded.hpp"
#include "proto/loop/poster.hpp"

namespace muster::loop {

inline constexpr std::size_t kBacklogTurn =
    1'000;  // tasks, before the loop does what else it has to

// Thread-safe. All tasks together take one place of the loop's, which must outlive this; what they use must be there until
// they have run.
class Backlog : public std::enable_shared_from_this<Backlog> {
 public:
  // At most `max` wait.
  Backlog(Poster& loop, std::size_t max) : loop_(loop), max_(max) {}

  // Runs `task` on the loop, in the order of calling. False when as much waits as may: it is dropped.
  [[nodiscard]] bool add(std::function<void()> task) {
    {
      const base::Locked state(state_);
      if (state->tasks.size() >= max_) return false;
      state->tasks.push_back(std::move(task));
    }
    ask_again();
    return true;
  }
  // The loop had no room perhaps: to be called now and then, also when nothing is added.
  void ask_again() {
    {
      const base::Locked state(state_);
      if (state->is_asked || state->tasks.empty()) return;
      state->is_asked = true;
    }
    if (!loop_.post([self = shared_from_this()] { self->take_turn(); }))
      base::Locked(state_)->is_asked = false;
  }

 private:
  using Tasks = std::deque<std::function<void()>>;
  struct State {
    Tasks tasks;
    bool is_asked = false;  // for a turn on the loop
  };
  void take_turn() {
    for (std::size_t done = 0; done < kBacklogTurn; ++done) {
      const auto task = next();
      if (!task) break;
      task();
    }
    base::Locked(state_)->is_asked = false;
    ask_again();
  }
  std::function<void()> next() {
    const base::Locked state(state_);
    if (state->tasks.empty()) return {};
    auto task = std::move(state->tasks.front());
    state->tasks.pop_front();
    return task;
  }

  Poster& loop_;
  const std::size_t max_;
  base::Guarded<State> state_;
};

}  // namespace muster::loop
