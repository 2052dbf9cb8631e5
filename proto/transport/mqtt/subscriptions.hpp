// Who wants which messages, and whether the present connection's broker knows it already.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "proto/transport/bus.hpp"

namespace muster::transport::mqtt {

using Filter = std::pair<std::string, Qos>;

// Thread-safe.
class Subscriptions {
 public:
  // A second subscription with the same filter replaces the handler. `sent`: the caller tells the
  // broker.
  void add(std::string_view filter, Qos qos, Bus::MessageHandler handler, bool sent);
  void remove(std::string_view filter);
  // The filters not yet sent over the present connection; they count as sent from now on.
  std::vector<Filter> take_unsent();
  bool any_unsent() const;
  // A new connection knows nothing.
  void forget_sent();
  // Calls every handler whose filter matches, without holding a lock.
  void dispatch(const Message& message) const;

 private:
  struct Entry {
    Qos qos = Qos::at_least_once;
    std::shared_ptr<const Bus::MessageHandler> handler;
    bool sent = false;
  };

  mutable std::mutex mutex_;
  std::map<std::string, Entry, std::less<>> entries_;
};

}  // namespace muster::transport::mqtt
