// Numbers for subscriptions, each given once in a node's life: an answer that comes late is nobody else's.
#pragma once

#include "node-agent/core/host.hpp"

namespace muster::agent {

class Tickets {
 public:
  Ticket next() { return ++last_; }

 private:
  Ticket last_ = 0;
};

}  // namespace muster::agent
