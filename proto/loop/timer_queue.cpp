#include "proto/loop/timer_queue.hpp"

#include <algorithm>

namespace muster::loop {

Timers::Id TimerQueue::add(TimePoint now, std::chrono::milliseconds delay,
                           std::function<void()> then) {
  const auto id = ++last_;
  const auto due = now + std::max(delay, std::chrono::milliseconds(0));
  timers_.emplace(Due{due, id}, std::move(then));
  due_at_.emplace(id, due);
  return id;
}

void TimerQueue::cancel(Timers::Id id) {
  const auto found = due_at_.find(id);
  if (found == due_at_.end()) return;
  timers_.erase({found->second, id});
  due_at_.erase(found);
}

std::optional<TimerQueue::TimePoint> TimerQueue::next() const {
  if (timers_.empty()) return std::nullopt;
  return timers_.begin()->first.first;
}

std::function<void()> TimerQueue::take_next() {
  const auto first = timers_.begin();
  auto then = std::move(first->second);
  due_at_.erase(first->first.second);
  timers_.erase(first);
  return then;
}

void TimerQueue::call_due(const base::Clock& clock) {
  const auto last = last_;
  while (!timers_.empty()) {
    const auto [due, id] = timers_.begin()->first;
    if (due > clock.steady() || id > last) return;
    take_next()();
  }
}

}  // namespace muster::loop
