// Announcements on their way from the bus's thread to the desk: each client id has a line and a turn, so that a flood delays
// nobody else by more than a message.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <utility>

#include "proto/base/drop_log.hpp"
#include "proto/base/fair_queue.hpp"
#include "proto/loop/real/closable_poster.hpp"
#include "proto/transport/message.hpp"

namespace muster::provision {

// Waiting to be judged: of one client id, the one before and the one that says it has gone.
inline constexpr base::FairLimits kAnnouncementQueue{.items = 20'000,
                                                     .per_sender = 4,
                                                     .bytes = std::size_t{64} << 20U,
                                                     .bytes_per_sender = std::size_t{2} << 20U};

// Shared with the bus, whose handlers may outlive their owner. push() and close() from any thread; what comes after close()
// is dropped.
class Announcements : public std::enable_shared_from_this<Announcements> {
 public:
  using Done = std::function<void()>;
  // Called on the loop with one after the other: the next comes when `done` was called, on the loop.
  using Take = std::function<void(transport::Message message, Done done)>;

  Announcements(std::shared_ptr<loop::ClosablePoster> poster, Take take)
      : poster_(std::move(poster)), take_(std::move(take)), queue_(kAnnouncementQueue) {}

  // Never blocks. What does not fit is lost, and its sender named in the log.
  void push(transport::Message message);
  void close() { queue_.close(); }

 private:
  void ask_for_turn();
  void take_turn();

  const std::shared_ptr<loop::ClosablePoster> poster_;
  const Take take_;
  base::FairQueue<transport::Message> queue_;
  std::atomic<bool> asked_{false};  // for a turn on the loop
  bool in_hand_ = false;            // on the loop
  base::DropLog drops_{"announcements"};
};

}  // namespace muster::provision
