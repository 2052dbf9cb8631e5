// An executor with threads of its own.
#pragma once

#include <cstddef>
#include <string>
#include <thread>
#include <vector>

#include "proto/base/bounded_queue.hpp"
#include "proto/loop/executor.hpp"
#include "proto/loop/real/event_loop.hpp"

namespace muster::loop {

// Thread-safe.
class ThreadPool final : public Executor {
 public:
  // `name` and a number name each thread; see base::name_thread. `loop` must outlive it.
  ThreadPool(EventLoop& loop, const std::string& name, std::size_t threads, std::size_t waiting_max)
      : ThreadPool(&loop, name, threads, waiting_max) {}
  // Without a loop: what the work gives back runs on the thread that did the work, beside whatever else runs.
  ThreadPool(const std::string& name, std::size_t threads, std::size_t waiting_max)
      : ThreadPool(nullptr, name, threads, waiting_max) {}
  // Waits for the work that runs; what waits is dropped.
  ~ThreadPool() override;

  Status run(Work work) override;

 private:
  ThreadPool(EventLoop* loop, const std::string& name, std::size_t threads,
             std::size_t waiting_max);
  void serve();

  EventLoop* const loop_;  // null: none
  base::BoundedQueue<Work> work_;
  std::atomic<bool> ending_{false};
  std::vector<std::thread> threads_;
};

}  // namespace muster::loop
