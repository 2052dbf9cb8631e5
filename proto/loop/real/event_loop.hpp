// The loop of a program: one thread, on which everything of a core happens in turn.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <thread>

#include "proto/base/clock.hpp"
#include "proto/base/guarded.hpp"
#include "proto/loop/poster.hpp"
#include "proto/loop/timer_queue.hpp"
#include "proto/loop/timers.hpp"

namespace muster::loop {

// Waiting for the loop at once, whoever posted them. Producers that others can drive have queues of their own before it.
inline constexpr std::size_t kTasksMax = 1'000'000;

// post(), stop() and is_here() from any thread; the rest on the thread that calls run(), or before it.
class EventLoop final : public Timers, public Poster {
 public:
  // `clock` must outlive it.
  explicit EventLoop(const base::Clock& clock) : clock_(clock) {}

  // Serves tasks and timers until stop(). What was posted before stop() is done first; timers are left.
  void run();
  void stop();
  // False when kTasksMax wait. Once run() has ended, the task is dropped at once, as nothing is lost with it: true. So whoever
  // waits for it has it own what tells him of its end.
  [[nodiscard]] bool post(std::function<void()> task) override;
  // Whether we are on the thread that serves it now: what waits for the loop there waits for ever.
  bool is_here() const { return served_by_ == std::this_thread::get_id(); }

  const base::Clock& clock() const override { return clock_; }
  Id after(std::chrono::milliseconds delay, std::function<void()> then) override;
  void cancel(Id id) override { timers_.cancel(id); }

 private:
  using Tasks = std::deque<std::function<void()>>;
  struct State {
    Tasks tasks;
    bool stopping = false;
    bool ended = false;  // run() has
  };
  Tasks wait();

  const base::Clock& clock_;
  TimerQueue timers_;
  std::atomic<std::thread::id> served_by_{};  // nobody's: not now
  std::condition_variable posted_;
  base::Guarded<State> state_;
};

}  // namespace muster::loop
