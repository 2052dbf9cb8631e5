// The directory over a bus: entries are retained messages.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "proto/transport/directory/claims.hpp"
#include "proto/transport/directory/directory.hpp"
#include "proto/transport/directory/watching.hpp"

namespace muster::transport {

// When it goes, nothing is told any more, and what is ours stays as it is. What its parts refer to must outlive it.
class BusDirectory final : public Directory {
 public:
  // `own_topic` of the parts: one that only we hear and may publish to, and nobody else of this bus subscribes to.
  // `connected`: whether the bus has a link now; afterwards hear() tells.
  BusDirectory(Watching::Parts parts, bool connected);

  // What becomes of the bus's link; on the loop, in its turn among the bus's messages.
  void hear(LinkState state);

  Status put(Claim claim) override;
  Status adopt(Claim claim) override;
  Status put_missing(Claim claim) override;
  bool is_ours(std::string_view topic) const override;
  void look_at(std::string_view topic) override;
  void change(std::string_view topic, std::string payload) override;
  void leave(std::string_view topic) override;
  Status remove(std::string_view topic) override;
  Id watch(std::string topic_filter, Watcher watcher) override;
  void unwatch(Id id) override;

 private:
  struct Heard {
    std::size_t claims = 0;
    std::unique_ptr<LoopSubscription> subscription;
  };
  // `into` one of the three above.
  Status take(Claim claim, Status (Claims::*into)(Claim));
  bool has_room(const Claim& claim) const;
  void listen(const std::string& filter);
  void forget(const std::string& filter);

  const Watching::Parts parts_;
  bool linked_;
  Claims claims_;
  std::map<std::string, Heard, std::less<>> heard_by_;  // filters of claims
  std::map<Id, std::unique_ptr<Watching>> watches_;
  Id last_ = 0;
};

}  // namespace muster::transport
