// The loop of a swarm: one thread, on which thousands of sockets, their nodes and all timers have their turns.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>

#include "proto/base/clock.hpp"
#include "proto/base/result.hpp"
#include "proto/base/unique_fd.hpp"
#include "proto/loop/timer_queue.hpp"
#include "proto/loop/timers.hpp"

namespace muster::swarm {

// Sockets that are looked at between two looks at timers and posted tasks.
inline constexpr int kReadyMax = 512;

// Whose sockets are watched.
class Watcher {
 public:
  virtual ~Watcher() = default;
  // `events`: epoll's. A socket that was closed meanwhile may still be told about once.
  virtual void on_ready(std::uint64_t tag, std::uint32_t events) = 0;
};

// post() from any thread; stop() also from a signal handler; the rest on the thread that calls run(), or before it. What
// is posted and not done yet is dropped with the loop.
class EpollLoop final : public loop::Timers {
 public:
  // Ends the program's start by an exception when the kernel has no epoll or eventfd left.
  explicit EpollLoop(const base::Clock& clock);

  // Serves until stop(); may be called again afterwards.
  void run();
  void stop();
  void post(std::function<void()> task);

  // Who is told of all descriptors that are watched; must outlive run(). One, so that epoll's 8 bytes are the tag's.
  void set_watcher(Watcher& watcher) { watcher_ = &watcher; }
  // The descriptor is watched until it is closed, or forget() is called. `tag`: any but 0. Errc::limit when the kernel has no
  // room for it.
  Status watch(int fd, std::uint32_t events, std::uint64_t tag);
  void rewatch(int fd, std::uint32_t events, std::uint64_t tag);
  void forget(int fd);

  const base::Clock& clock() const override { return clock_; }
  Id after(std::chrono::milliseconds delay, std::function<void()> then) override;
  void cancel(Id id) override { timers_.cancel(id); }

 private:
  int wait_ms();
  void do_posted();

  const base::Clock& clock_;
  base::UniqueFd epoll_;
  base::UniqueFd wake_;  // eventfd
  Watcher* watcher_ = nullptr;
  loop::TimerQueue timers_;
  std::atomic<bool> stopping_{false};

  std::mutex mutex_;  // of what follows
  std::deque<std::function<void()>> tasks_;
};

}  // namespace muster::swarm
