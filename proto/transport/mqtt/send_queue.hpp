// Messages that were accepted and not yet delivered, in order, so that a new connection can send
// them again.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/guarded.hpp"
#include "proto/base/result.hpp"
#include "proto/transport/bus.hpp"

namespace muster::transport::mqtt {

// One publication. The payload is shared with Paho, which may still be writing it.
struct Outgoing {
  std::uint64_t number = 0;
  std::shared_ptr<const std::string> topic;
  std::shared_ptr<const std::string> payload;
  PublishOptions options;
};

// Thread-safe.
class SendQueue {
 public:
  // Takes the message in; Errc::limit at kOutgoingQueueMax messages or kOutgoingBytesMax bytes.
  Result<Outgoing> put(std::string_view topic, std::string payload, PublishOptions options);
  // Delivered, or given up. What it was; nothing when it is not here.
  std::optional<Outgoing> done(std::uint64_t number);
  // After a lost link: what is to be sent again (QoS 1). QoS 0 promises nothing and is forgotten.
  std::vector<Outgoing> unacknowledged();
  // Waits until everything put before the call is done; false when `timeout` passed.
  bool wait_done(std::chrono::milliseconds timeout);
  std::size_t size() const;

 private:
  struct Waiting {
    std::map<std::uint64_t, Outgoing> messages;  // by their numbers
    std::size_t bytes = 0;
    std::uint64_t last = 0;  // number given
  };

  base::Guarded<Waiting> waiting_;
  std::condition_variable progress_;
};

}  // namespace muster::transport::mqtt
