#include "proto/loop/real/event_loop.hpp"

#include <algorithm>
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
  const auto id = ++last_;
  const auto due = clock_.steady() + std::max(delay, std::chrono::milliseconds(0));
  timers_.emplace(Due{due, id}, std::move(then));
  due_at_.emplace(id, due);
  return id;
}

void EventLoop::cancel(Id id) {
  const auto found = due_at_.find(id);
  if (found == due_at_.end()) return;
  timers_.erase({found->second, id});
  due_at_.erase(found);
}

// Only those that are due now: one that sets itself again without delay must not keep the tasks waiting.
void EventLoop::call_due() {
  const auto last = last_;
  while (!timers_.empty()) {
    const auto first = timers_.begin();
    const auto [due, id] = first->first;
    if (due > clock_.steady() || id > last) return;
    const auto then = std::move(first->second);
    timers_.erase(first);
    due_at_.erase(id);
    then();
  }
}

// Until there is something to do: the tasks that were posted, none when a timer is due.
std::deque<std::function<void()>> EventLoop::wait() {
  std::unique_lock lock(mutex_);
  const auto woken = [this] { return stopping_ || !tasks_.empty(); };
  if (timers_.empty())
    posted_.wait(lock, woken);
  else
    posted_.wait_for(lock, timers_.begin()->first.first - clock_.steady(), woken);
  return std::exchange(tasks_, {});
}

void EventLoop::run() {
  for (;;) {
    for (auto& task : wait()) std::exchange(task, {})();
    {
      const std::lock_guard lock(mutex_);
      if (stopping_ && tasks_.empty()) return;
    }
    call_due();
  }
}

}  // namespace muster::loop
