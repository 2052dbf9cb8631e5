// A broker in memory, for tests of parts that only need some bus: wildcards, retained messages,
// last wills.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proto/transport/bus.hpp"

namespace muster::test {

class MemoryBus;

struct MemoryWill {
  std::string topic;
  std::string payload;
  bool retain = true;
};

// Thread-safe. May go before its buses; those are then without a link.
class MemoryBroker {
 public:
  MemoryBroker();
  ~MemoryBroker();
  MemoryBroker(const MemoryBroker&) = delete;
  MemoryBroker& operator=(const MemoryBroker&) = delete;

  // As mqtt::connect(): a second client of the same id takes over from the first.
  std::unique_ptr<transport::Bus> connect(const std::string& client_id,
                                          std::optional<MemoryWill> will = std::nullopt,
                                          transport::Bus::LinkHandler on_link = {});
  // The client's link breaks, as when it is killed: its will is published, its bus says lost. It
  // stays so until restore(), after which its subscriptions hold again and retained messages come
  // anew; as with a real bus, before it says that it is connected.
  void drop(const std::string& client_id);
  void restore(const std::string& client_id);
  // What is kept on a topic; nothing when nothing is.
  std::optional<std::string> retained(const std::string& topic) const;

 private:
  friend class MemoryBus;
  struct Hub;
  std::shared_ptr<Hub> hub_;
};

}  // namespace muster::test
