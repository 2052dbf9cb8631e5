#include "proto/loop/real/event_loop.hpp"

#include <utility>

namespace muster::loop {

bool EventLoop::post(std::function<void()> task) {
  {
    const std::lock_guard lock(mutex_);
    if (tasks_.size() >= kTasksMax) return false;
    tasks_.push_back(std::move(task));
  }
  posted_.notify_one();
  return true;
}

void EventLoop::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  posted_.notify_one();
}

Timers::Id EventLoop::after(std::chrono::milliseconds delay, std::function<void()> then) {
  return timers_.add(clock_.steady(), delay, std::move(then));
}

// Until there is something to do: the tasks that were posted, none when a timer is due.
std::deque<std::function<void()>> EventLoop::wait() {
  std::unique_lock lock(mutex_);
  const auto woken = [this] { return stopping_ || !tasks_.empty(); };
  if (const auto next = timers_.next())
    posted_.wait_for(lock, *next - clock_.steady(), woken);
  else
    posted_.wait(lock, woken);
  return std::exchange(tasks_, {});
}

void EventLoop::run() {
  for (;;) {
    for (auto& task : wait()) std::exchange(task, {})();
    {
      const std::lock_guard lock(mutex_);
      if (stopping_ && tasks_.empty()) return;
    }
    timers_.call_due(clock_);
  }
}

}  // namespace muster::loop
