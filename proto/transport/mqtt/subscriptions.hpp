// Who wants which messages, and whether the present connection's broker knows it already.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "proto/base/guarded.hpp"
#include "proto/transport/bus.hpp"

namespace muster::transport::mqtt {

using Filter = std::pair<std::string, Qos>;

// Thread-safe.
class Subscriptions {
 public:
  using TakerPtr = std::shared_ptr<Taker>;

  // Beside the handlers that the filter has already. `sent`: the caller tells the broker. Errc::config
  // when another filter overlaps it.
  Result<TakerPtr> add(std::string_view filter, Qos qos, Bus::MessageHandler handler, bool sent);
  // True when it was the filter's last: the broker is to be told.
  bool remove(std::string_view filter, const Taker* taker);
  // The filters not yet sent over the present connection; they count as sent from now on.
  std::vector<Filter> take_unsent();
  bool any_unsent() const;
  // A new connection knows nothing.
  void forget_sent();
  // Calls every handler whose filter matches, without holding a lock.
  void dispatch(const Message& message) const;

 private:
  struct Entry {
    Qos qos = Qos::at_most_once;  // the highest that any of them wants
    std::vector<TakerPtr> takers;
    bool sent = false;
  };

  using Entries = std::map<std::string, Entry, std::less<>>;  // by filter

  base::Guarded<Entries> entries_;
};

}  // namespace muster::transport::mqtt
