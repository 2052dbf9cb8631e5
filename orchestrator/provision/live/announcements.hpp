// Announcements on their way from the bus's thread to the desk: each client id has a line and a turn.
#pragma once

#include <memory>
#include <utility>

#include "proto/loop/real/turn_queue.hpp"
#include "proto/transport/message.hpp"

namespace muster::provision {

// Waiting to be judged: of one client id, the one before and the one that says it has gone.
inline constexpr base::FairLimits kAnnouncementQueue{.items = 20'000,
                                                     .per_sender = 4,
                                                     .bytes = std::size_t{64} << 20U,
                                                     .bytes_per_sender = std::size_t{2} << 20U};

// Shared with the bus, whose handlers may outlive their owner. push() and close() from any thread; what comes after close()
// is dropped.
class Announcements {
 public:
  using Turns = loop::TurnQueue<transport::Message>;
  using Done = Turns::Done;

  // `take` is called on the loop with one after the other.
  Announcements(std::shared_ptr<loop::ClosablePoster> poster, Turns::Take take)
      : turns_(std::make_shared<Turns>(std::move(poster), "announcements", kAnnouncementQueue,
                                       std::move(take))) {}

  // Never blocks. What does not fit is lost, and its sender named in the log.
  void push(transport::Message message);
  void close() { turns_->close(); }

 private:
  const std::shared_ptr<Turns> turns_;
};

}  // namespace muster::provision
