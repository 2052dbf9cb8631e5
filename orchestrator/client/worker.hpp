// A bounded queue with a thread of its own: what the bus's handlers hand their messages to.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "proto/base/drop_log.hpp"
#include "proto/base/fair_queue.hpp"
#include "proto/base/guarded.hpp"
#include "proto/base/thread_name.hpp"
#include "proto/transport/bus.hpp"
#include "proto/transport/topics.hpp"

namespace muster::client {

// post() and drain() are thread-safe. `work` runs on the worker's thread alone: senders in turn, each one's items in the
// order of posting. Who has more waiting than they may, loses what is beyond, and is named in the log. Bus handlers may
// outlive their owner: they share the worker, and the owner calls stop() before it goes.
template <class T>
class Worker {
 public:
  // `name` is the thread's (proto/base/thread_name.hpp), and for the log what waits here.
  Worker(std::string name, base::FairLimits limits, std::function<void(T)> work)
      : queue_(limits), work_(std::move(work)), drops_(name), thread_([this, name] {
          base::name_thread(name);
          run();
        }) {}
  // For items that are all of one sender.
  Worker(std::string name, std::size_t capacity, std::function<void(T)> work)
      : Worker(std::move(name), base::FairLimits{.items = capacity, .per_sender = capacity},
               std::move(work)) {}
  ~Worker() { stop(); }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // What does not fit is lost and counted. `sender`: as base::FairQueue::push.
  void post(std::string_view sender, T item, std::size_t bytes = 0) {
    const base::Locked state(state_);
    const auto number = ++state->posted;
    auto pushed = queue_.push(sender, Posted{number, std::move(item)}, bytes);
    if (pushed.taken) state->waiting.insert(state->waiting.end(), number);
    for (const auto& displaced : pushed.displaced) state->waiting.erase(displaced.number);
    dropped_ += pushed.displaced.size() + (pushed.taken ? 0 : 1);
    if (pushed.lost) drops_.note(*pushed.lost);
  }
  void post(T item) { post({}, std::move(item)); }
  // Comes after all that waits and before all that is posted later, whoever sends it.
  void post_mark(T item) {
    const base::Locked state(state_);
    const auto number = ++state->posted;
    if (queue_.push_mark({number, std::move(item)}))
      state->waiting.insert(state->waiting.end(), number);
  }

  // Waits until everything posted before the call has been worked on or lost; false when `patience` ran out
  // or the worker was stopped. Never from `work` itself.
  bool drain(std::chrono::milliseconds patience) {
    base::Locked state(state_);
    const auto goal = state->posted;
    const auto reached = [&] { return state->waiting.empty() || *state->waiting.begin() > goal; };
    state.wait_for(progress_, patience, [&] { return reached() || state->stopping; });
    return reached();
  }

  // What is queued is dropped; the item in hand is finished. From any thread but the worker's.
  void stop() {
    state_.with_lock([](State& state) { state.stopping = true; });
    queue_.close();
    progress_.notify_all();
    const base::Locked thread(thread_);
    if (thread->joinable()) thread->join();
  }

  std::size_t dropped() const { return dropped_; }

 private:
  struct Posted {
    std::uint64_t number;
    T item;
  };
  struct State {
    std::uint64_t posted = 0;         // numbers given
    std::set<std::uint64_t> waiting;  // of items that are neither worked on nor lost
    bool stopping = false;
  };

  void run() {
    while (auto posted = queue_.pop()) {
      const bool last = base::Locked(state_)->stopping;
      if (!last) work_(std::move(posted->item));
      drops_.tell();
      const base::Locked state(state_);
      if (!last) state->waiting.erase(posted->number);
      progress_.notify_all();
    }
  }

  base::FairQueue<Posted> queue_;
  const std::function<void(T)> work_;
  base::DropLog drops_;
  base::Guarded<State> state_;
  std::condition_variable progress_;
  std::atomic<std::size_t> dropped_{0};
  base::Guarded<std::thread> thread_;  // joined by whoever stops first
};

// A bus handler's work: a message of the one whom the broker lets write its topic. The topic is not the message's
// any more when that has moved.
template <class T>
void post_message(Worker<T>& worker, transport::Message message) {
  const std::string sender(transport::topics::writer(message.topic));
  const auto bytes = message.topic.size() + message.payload.size();
  worker.post(sender, T{std::move(message)}, bytes);
}

}  // namespace muster::client
