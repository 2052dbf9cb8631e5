// A bounded queue with a thread of its own: what the bus's handlers hand their messages to.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

#include "proto/base/bounded_queue.hpp"
#include "proto/base/thread_name.hpp"

namespace muster::client {

// post() and drain() are thread-safe. `work` runs on the worker's thread alone, in the order of
// posting. Bus handlers may outlive their owner: they share the worker, and the owner calls stop()
// before it goes.
template <class T>
class Worker {
 public:
  // `name` is the thread's (proto/base/thread_name.hpp).
  Worker(std::string name, std::size_t capacity, std::function<void(T)> work)
      : queue_(capacity), work_(std::move(work)), thread_([this, name = std::move(name)] {
          base::name_thread(name);
          run();
        }) {}
  ~Worker() { stop(); }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // When full, the item is lost and counted.
  void post(T item) {
    {
      const std::lock_guard lock(mutex_);
      if (queue_.try_push(std::move(item))) {
        ++posted_;
        return;
      }
    }
    ++dropped_;
  }

  // Waits until everything posted before the call has been worked on; false when `patience` ran out
  // or the worker was stopped. Never from `work` itself.
  bool drain(std::chrono::milliseconds patience) {
    std::unique_lock lock(mutex_);
    const auto goal = posted_;
    progress_.wait_for(lock, patience, [&] { return done_ >= goal || stopping_; });
    return done_ >= goal;
  }

  // What is queued is dropped; the item in hand is finished. From any thread but the worker's.
  void stop() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    queue_.close();
    progress_.notify_all();
    const std::lock_guard joining(join_mutex_);
    if (thread_.joinable()) thread_.join();
  }

  std::size_t dropped() const { return dropped_; }

 private:
  void run() {
    while (auto item = queue_.pop()) {
      if (!stopping()) work_(std::move(*item));
      const std::lock_guard lock(mutex_);
      ++done_;
      progress_.notify_all();
    }
  }

  bool stopping() const {
    const std::lock_guard lock(mutex_);
    return stopping_;
  }

  base::BoundedQueue<T> queue_;
  const std::function<void(T)> work_;
  mutable std::mutex mutex_;
  std::mutex join_mutex_;
  std::condition_variable progress_;
  std::uint64_t posted_ = 0;
  std::uint64_t done_ = 0;
  bool stopping_ = false;
  std::atomic<std::size_t> dropped_{0};
  std::thread thread_;
};

}  // namespace muster::client
