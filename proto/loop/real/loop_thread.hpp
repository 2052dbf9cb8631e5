// An event loop with a thread of its own.
#pragma once

#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <type_traits>

#include "proto/base/result.hpp"
#include "proto/loop/real/event_loop.hpp"
#include "proto/loop/task.hpp"

namespace muster::loop {

// What is posted before start() waits for it; until then the loop belongs to whoever made this. Ends with its destruction:
// what was posted before is done, timers are left.
class LoopThread {
 public:
  // `clock` must outlive it.
  explicit LoopThread(const base::Clock& clock) : loop_(clock) {}
  ~LoopThread();
  LoopThread(const LoopThread&) = delete;
  LoopThread& operator=(const LoopThread&) = delete;

  EventLoop& loop() { return loop_; }
  // Once. `name`: see base::name_thread.
  void start(const std::string& name);
  // Until somebody has called EventLoop::stop() and all is done.
  void join();
  // Nothing runs on it any more once this returns. From any thread but its own.
  void stop();

  // Runs the story that `make` begins, on the loop, and waits here for its end: for threads that ask a core something. Not
  // from the loop's own thread. The story must end; one that throws does so here. When the loop is full, or has ended: a T of
  // Errc::unavailable, or an empty one where T is no result.
  template <class T>
  T wait_for(std::function<Task<T>()> make) {
    struct Asked {
      std::function<Task<T>()> make;
      Task<T> story;
      std::promise<T> ended;
    };
    auto asked = std::make_shared<Asked>();
    asked->make = std::move(make);
    auto answer = asked->ended.get_future();
    // Nobody else has it: one that is dropped breaks its promise.
    const bool posted = loop_.post([asked = std::move(asked)] {
      asked->story = asked->make();
      asked->story.start([asked] {
        try {
          asked->ended.set_value(asked->story.take());
        } catch (...) {
          asked->ended.set_exception(std::current_exception());
        }
        const auto over = std::move(asked->story);
      });
    });
    if (!posted) return unserved<T>();
    try {
      return answer.get();
    } catch (const std::future_error&) {
      return unserved<T>();
    }
  }

 private:
  template <class T>
  static T unserved() {
    if constexpr (std::is_constructible_v<T, tl::unexpected<base::Error>>)
      return base::fail(base::Errc::unavailable, "it has too much to do, or is stopping");
    else
      return T();
  }

  EventLoop loop_;
  std::thread thread_;
};

}  // namespace muster::loop
