// Requests on their way from the bus's thread to the node: callers have a line and a turn each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

#include "node-agent/core/desk.hpp"
#include "node-agent/core/host.hpp"
#include "proto/audit/audit_log.hpp"
#include "proto/loop/real/turn_queue.hpp"

namespace muster::agent {

// Messages waiting to be verified; senders have their turns.
inline constexpr base::FairLimits kRequestQueue{.items = 4'096,
                                                .per_sender = 1'024,
                                                .bytes = std::size_t{64} << 20U,
                                                .bytes_per_sender = std::size_t{16} << 20U};

// push() from any thread, the rest on the loop's.
class RequestQueue {
 public:
  struct Entry {
    Feed feed = Feed::node;
    Incoming incoming;
    std::uint64_t link = 0;  // the number of the link that brought it
  };
  // `take` is called on the loop with one after the other. References outlive it, and the loop takes no turn once it has gone.
  RequestQueue(loop::Poster& loop, GateStatistics& statistics, audit::AuditLog& audit,
               std::function<void(Entry)> take);
  ~RequestQueue();
  RequestQueue(const RequestQueue&) = delete;
  RequestQueue& operator=(const RequestQueue&) = delete;

  // Never blocks: while a handler of Paho's waits, nobody can publish. Those without a sender share a line.
  void push(Entry entry);
  std::size_t waiting() const { return turns_->size(); }

 private:
  using Turns = loop::TurnQueue<Entry>;

  GateStatistics& statistics_;
  const std::shared_ptr<loop::ClosablePoster> poster_;
  const std::shared_ptr<Turns> turns_;
};

}  // namespace muster::agent
