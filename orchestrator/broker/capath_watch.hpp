// `muster broker watch`: what the collective comes to trust, Mosquitto trusts a moment later.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <thread>

#include "orchestrator/admission/master_endorsement.hpp"
#include "orchestrator/broker/capath.hpp"
#include "proto/base/bounded_queue.hpp"
#include "proto/base/result.hpp"
#include "proto/transport/bus.hpp"

namespace muster::broker {

inline constexpr std::size_t kWatchQueueMax = 1'024;  // endorsements not yet looked at

// Subscribes trust/ca/+ of one collective and writes each verified CA. Start once; the bus must
// outlive it, and so must `verify`.
class CapathWatch {
 public:
  // A signed endorsement or withdrawal under the operator root, or why it is not believed
  // (orchestrator/client/trusted_ca). Called on the watch's own thread. Of each CA the one with the
  // highest number since the start counts.
  using Verify = std::function<Result<admission::Endorsement>(std::string_view topic,
                                                              std::string_view payload)>;

  CapathWatch(transport::Bus& bus, std::string collective, Verify verify, Capath capath);
  ~CapathWatch();
  CapathWatch(const CapathWatch&) = delete;
  CapathWatch& operator=(const CapathWatch&) = delete;

  Status start();
  // CAs written since the start.
  std::uint64_t written() const { return written_; }

 private:
  void work();
  void take(const transport::Message& message);
  void follow(const admission::Endorsement& endorsement);

  transport::Bus& bus_;
  const std::string filter_;
  const Verify verify_;
  Capath capath_;
  std::map<std::string, admission::Endorsement> believed_;  // by CA; the watch's thread only
  base::BoundedQueue<transport::Message> queue_{kWatchQueueMax};
  std::atomic<std::uint64_t> written_{0};
  std::thread worker_;
  transport::Subscription heard_;
};

}  // namespace muster::broker
