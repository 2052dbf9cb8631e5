// Listens for the events that steps wait for, each type from when it is first asked for.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "orchestrator/client/lifecycle.hpp"
#include "proto/base/guarded.hpp"
#include "proto/base/result.hpp"

namespace muster::provision {

// Thread-safe. The link must outlive it.
class EventWatch {
 public:
  // `on_event`: on threads of ours, until close().
  EventWatch(client::Link& link, client::Events::Handler on_event)
      : link_(link), on_event_(std::move(on_event)) {}

  // Waits for the broker: not from a loop. Once it is listened for, it stays so. Errc::unavailable after close().
  Status listen(const std::string& type);
  // Nothing is told any more, and nothing listened for.
  void close();

 private:
  struct State {
    bool is_closed = false;
    std::map<std::string, std::unique_ptr<client::Events>> by_type;
  };

  client::Link& link_;
  const client::Events::Handler on_event_;
  base::Guarded<State> state_;
};

}  // namespace muster::provision
