#include "proto/loop/real/event_loop.hpp"

#include <utility>

namespace muster::loop {

bool EventLoop::post(std::function<void()> task) {
  {
    const base::Locked state(state_);
    if (state->ended) return true;
    if (state->tasks.size() >= kTasksMax) return false;
    state->tasks.push_back(std::move(task));
  }
  posted_.notify_one();
  return true;
}

void EventLoop::stop() {
  state_.with_lock([](State& state) { state.stopping = true; });
  posted_.notify_one();
}

Timers::Id EventLoop::after(std::chrono::milliseconds delay, std::function<void()> then) {
  return timers_.add(clock_.steady(), delay, std::move(then));
}

// Until there is something to do: the tasks that were posted, none when a timer is due.
EventLoop::Tasks EventLoop::wait() {
  base::Locked state(state_);
  const auto woken = [&] { return state->stopping || !state->tasks.empty(); };
  if (const auto next = timers_.next())
    state.wait_for(posted_, *next - clock_.steady(), woken);
  else
    state.wait(posted_, woken);
  return std::exchange(state->tasks, {});
}

void EventLoop::run() {
  served_by_ = std::this_thread::get_id();
  for (;;) {
    for (auto& task : wait()) std::exchange(task, {})();
    {
      const base::Locked state(state_);
      state->ended = state->stopping && state->tasks.empty();
      if (state->ended) break;
    }
    timers_.call_due(clock_);
  }
  served_by_ = std::thread::id();
}

}  // namespace muster::loop
