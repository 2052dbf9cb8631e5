// Requests on their way from the bus's thread to the node: callers have a line and a turn each, so that a flood delays nobody
// else by more than a message.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>

#include "node-agent/core/desk.hpp"
#include "node-agent/core/host.hpp"
#include "proto/audit/audit_log.hpp"
#include "proto/base/drop_log.hpp"
#include "proto/base/fair_queue.hpp"
#include "proto/loop/real/event_loop.hpp"

namespace muster::agent {

// Messages waiting to be verified; senders have their turns.
inline constexpr base::FairLimits kIntakeQueue{.items = 4'096,
                                               .per_sender = 1'024,
                                               .bytes = std::size_t{64} << 20U,
                                               .bytes_per_sender = std::size_t{16} << 20U};

// push() from any thread, the rest on the loop's.
class Intake {
 public:
  struct Entry {
    Feed feed = Feed::node;
    Incoming incoming;
    std::uint64_t link = 0;  // the number of the link that brought it
  };
  // `take` is called on the loop with one after the other. References outlive it.
  Intake(loop::EventLoop& loop, GateStatistics& statistics, audit::AuditLog& audit,
         std::function<void(Entry)> take);

  // Never blocks: while a handler of Paho's waits, nobody can publish. Those without a sender share a line.
  void push(Entry entry);
  std::size_t waiting() const { return queue_.size(); }

 private:
  void ask_for_turn();
  void take_turn();
  void tell_lost();  // on the loop: the audit waits for the disk

  loop::EventLoop& loop_;
  GateStatistics& statistics_;
  audit::AuditLog& audit_;
  const std::function<void(Entry)> take_;
  base::FairQueue<Entry> queue_;
  std::atomic<bool> asked_{false};      // for a turn on the loop
  std::atomic<std::uint64_t> lost_{0};  // of a full queue
  std::uint64_t told_ = 0;              // of these
  base::DropLog drops_{"requests"};
};

}  // namespace muster::agent
