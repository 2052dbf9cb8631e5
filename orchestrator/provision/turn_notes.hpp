// What is told of nodes whose time has come while as many are in flight as may be: that they wait, and since when.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "orchestrator/provision/collective.hpp"
#include "orchestrator/provision/known_nodes.hpp"
#include "proto/base/clock.hpp"
#include "proto/loop/timer.hpp"

namespace muster::provision {

// A place that comes sooner is not worth a record.
inline constexpr std::chrono::milliseconds kToldAfter{2'000};
inline constexpr std::size_t kToldAtOnceMax = 500;  // records, each kToldAfter

// On the loop's thread. What it is given must outlive it.
class TurnNotes {
 public:
  struct Parts {
    Collective& collective;
    KnownNodes& nodes;
    loop::Timers& timers;
    std::string workflow;
    std::string as;  // this orchestrator's name in records
  };
  explicit TurnNotes(Parts parts) : parts_(std::move(parts)), next_(parts_.timers) {}

  // There are more nodes than places: who of them waits for kToldAfter, and longer, is told, once.
  void someone_waits();

 private:
  void tell();
  void tell_of(const std::string& identity, KnownNode& node);

  const Parts parts_;
  loop::Timer next_;
};

}  // namespace muster::provision
