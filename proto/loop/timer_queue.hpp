// The timers of a loop, whichever clock it has: set, cancelled, and called when their moment has come.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>

#include "proto/loop/timers.hpp"

namespace muster::loop {

// On the loop's thread. Keeps the promises of Timers::after() and cancel() about order and about who is called.
class TimerQueue {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  Timers::Id add(TimePoint now, std::chrono::milliseconds delay, std::function<void()> then);
  void cancel(Timers::Id id);

  // When the next one is due; nothing when there is none.
  std::optional<TimePoint> next() const;
  // Takes the next one out, to be called by whoever asked. Not when next() is nothing.
  std::function<void()> take_next();
  // Calls those that are due and were set before this call: one that sets itself again without delay must not keep all else
  // waiting.
  void call_due(const base::Clock& clock);

 private:
  using Due = std::pair<TimePoint, Timers::Id>;

  std::map<Due, std::function<void()>> timers_;
  std::unordered_map<Timers::Id, TimePoint> due_at_;  // of each timer, to find it by its id
  Timers::Id last_ = 0;
};

}  // namespace muster::loop
