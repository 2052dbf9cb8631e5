// A copy of what the broker retains, kept right over lost links.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "orchestrator/client/completion.hpp"
#include "orchestrator/client/intake.hpp"
#include "orchestrator/client/link_core.hpp"
#include "proto/base/guarded.hpp"
#include "proto/transport/bus.hpp"
#include "proto/transport/directory/directory.hpp"
#include "proto/transport/directory/remembered.hpp"

namespace muster::client {

// Hands on the messages of a topic filter, on the link's verifiers. What the
// broker retains no longer after a lost link comes as an empty message, as if it had just been taken
// down. Thread-safe; the link must outlive it.
class Retained {
 public:
  // Takes in what was verified: one after the other, in the order of the queue. False: it was not believed.
  using TakeIn = std::function<bool()>;
  // Several at once. An empty payload says that the topic holds nothing now.
  using Verify = std::function<TakeIn(const transport::Message&)>;
  // Both in one, one after the other.
  using Handler = std::function<bool(const transport::Message&)>;

  // `name`: what waits here, for people, as "uses of join tokens". At most `limits.items` messages wait, and as many topics
  // are followed over a lost link; of one writer of a topic, limits.per_sender wait.
  Retained(const std::string& name, LinkCore& link, std::string topic_filter,
           base::FairLimits limits, Verify verify);
  Retained(const std::string& name, LinkCore& link, std::string topic_filter,
           base::FairLimits limits, Handler handler);
  // Nothing is handed on any more once this returns.
  ~Retained();
  Retained(const Retained&) = delete;
  Retained& operator=(const Retained&) = delete;

  // The link was lost. And: all that the broker keeps has been taken in, as far as it told; also after the first link. In the
  // order of what is taken in.
  struct Gaps {
    std::function<void()> begin;
    std::function<void()> end;
  };
  // Before begin() or start().
  void on_gap(Gaps gaps) { gaps_ = std::move(gaps); }

  // `subscribed` is told once, on the directory's loop, whether the broker lets us listen, and must not end us.
  // Once, and first.
  void begin(std::function<void(const Status&)> subscribed);
  // Tells, on the directory's loop, once everything retained, and what was sent before the call, has been through the handler
  // (one round trip and its work): Completion::Told. Never, once we are gone. What the directory doubts is in the log.
  void when_complete(std::chrono::milliseconds patience, Completion::Told told);
  // The same two for a thread that waits. Not on the directory's loop, nor on a verifier.
  Status start();
  Status wait_complete(std::chrono::milliseconds patience);
  // Whether all that the broker retains has been through the handler since the present link was made. False while the
  // directory doubts that the broker told all.
  bool complete() const;
  // A function that has `task` called in its turn, as one that takes in. It may outlive us.
  std::function<void()> posts(std::function<void()> task) const;
  std::size_t dropped() const { return intake_->dropped(); }

 private:
  struct Progress {
    bool taken_in = false;  // all that is retained, of the present link
    std::uint64_t links = 0;
  };
  Intake::TakeIn verify(const transport::Message& message);
  void sweep();
  transport::Watcher watcher(std::function<void(const Status&)> subscribed);

  LinkCore& link_;
  const std::string topic_filter_;
  const Verify verify_;
  Gaps gaps_;
  transport::Remembered heard_;  // by those who take in alone
  const std::shared_ptr<base::Guarded<Progress>> progress_;
  const std::shared_ptr<Intake> intake_;
  const std::shared_ptr<Completion> completion_;
  transport::Directory::Id watch_ = 0;  // directory's thread only
};

}  // namespace muster::client
