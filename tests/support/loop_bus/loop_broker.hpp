// A broker on a virtual loop, with the habits of real ones: what it does happens in virtual time, each time the same.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "proto/transport/bus.hpp"
#include "tests/support/virtual_loop/virtual_loop.hpp"

namespace muster::test {

struct BrokerHabits {
  // Of what it keeps, so much fits into a client's queue when it subscribes: by quality of service. What is sent to that
  // client within kQueueFull after is dropped, too.
  std::size_t queue = std::numeric_limits<std::size_t>::max();
  std::size_t queue_at_most_once = std::numeric_limits<std::size_t>::max();
  bool drops_what_follows = true;
  std::chrono::milliseconds kept_late{0};    // what it keeps comes so late
  std::chrono::milliseconds others_late{0};  // and all else
};
inline constexpr std::chrono::milliseconds kQueueFull{100};

class LoopClient;

// On the loop's thread. Must outlive its buses.
class LoopBroker {
 public:
  explicit LoopBroker(fakes::VirtualLoop& loop) : loop_(loop) {}

  // Connected; `on_link` hears what follows.
  std::unique_ptr<transport::Bus> connect(transport::Bus::LinkHandler on_link = {});
  // All links break; then all are back. With `forgets`, nothing is kept meanwhile.
  void drop();
  void restore(bool forgets = false);
  // As somebody else would.
  void publish(const std::string& topic, const std::string& payload);
  std::optional<std::string> kept(const std::string& topic) const;
  std::size_t published(const std::string& topic) const;  // how often, by whomever
  bool linked() const { return linked_; }

  BrokerHabits habits;

 private:
  friend class LoopClient;
  void forward(const transport::Message& message, transport::PublishOptions options);
  void send_kept(LoopClient& client, const std::string& filter, transport::Qos qos);

  fakes::VirtualLoop& loop_;
  bool linked_ = true;
  std::uint64_t link_ = 0;
  std::vector<LoopClient*> clients_;
  std::map<std::string, std::string> kept_;
  std::map<std::string, std::size_t> published_;
};

}  // namespace muster::test
