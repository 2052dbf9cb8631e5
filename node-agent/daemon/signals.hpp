// What the agent's main loop is told by its other threads.
#pragma once

#include <string>

#include "proto/base/bounded_queue.hpp"

namespace muster::agent {

struct Signal {
  enum class Kind {
    stop,
    reload,
    enter_collective,  // the provision agent has installed a certificate
    presence_changed,
    facts_gathered,
    connected,
    lost,
    taken_over,      // another client uses our key
    own_presence,    // the broker shows something else of us than we did
    root_statement,  // `text` is what the broker retains about a root
    join_message     // `text` is what came in the join zone
  };
  Kind kind = Kind::stop;
  std::string text;
};

inline constexpr std::size_t kSignalsMax = 1'024;

using Signals = base::BoundedQueue<Signal>;

}  // namespace muster::agent
