// A copy of what the broker retains, kept right over lost links.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "orchestrator/client/link.hpp"
#include "orchestrator/client/worker.hpp"
#include "proto/transport/bus.hpp"
#include "proto/transport/directory/directory.hpp"
#include "proto/transport/directory/remembered.hpp"

namespace muster::client {

// Hands on the messages of a topic filter, one after the other, on a thread of its own. What the
// broker retains no longer after a lost link comes as an empty message, as if it had just been taken
// down. Thread-safe; the link must outlive it.
class Retained {
 public:
  // On our thread. False: not believed. An empty payload says that the topic holds nothing now.
  using Handler = std::function<bool(const transport::Message&)>;

  // `name` is our thread's, and for the log. At most `limits.items` messages wait, and as many topics
  // are followed over a lost link; of one writer of a topic, limits.per_sender wait.
  Retained(std::string name, Link& link, std::string topic_filter, base::FairLimits limits,
           Handler handler);
  // Nothing is handed on any more once this returns.
  ~Retained();
  Retained(const Retained&) = delete;
  Retained& operator=(const Retained&) = delete;

  Status start();
  // Once everything retained, and what was sent before the call, has been through the handler (one round trip and its work).
  // False when the broker answered in time and the handler did not end. What the directory doubts is in the log.
  Result<bool> wait_complete(std::chrono::milliseconds patience);
  // A function that makes our thread call `task`, in its turn. It may outlive us.
  std::function<void()> posts(std::function<void()> task) const;
  std::size_t dropped() const { return worker_->dropped(); }

 private:
  // What the worker is given, in the order in which it happened.
  struct Item {
    enum class What { message, task, lost, complete } what = What::message;
    transport::Message message = {};
    std::function<void()> task = {};
  };
  struct Progress;  // of the present link
  void work(const Item& item);
  void take_in(const transport::Message& message);
  void sweep();
  transport::Watcher watcher() const;

  Link& link_;
  const std::string topic_filter_;
  const Handler handler_;
  transport::Remembered heard_;  // worker's thread only
  const std::shared_ptr<Progress> progress_;
  std::shared_ptr<Worker<Item>> worker_;
  transport::Directory::Id watch_ = 0;  // directory's thread only
};

}  // namespace muster::client
