// Whether a TCP port answers.
#pragma once

#include <string>

#include "plugins/agents/nettest/resolve.hpp"
#include "proto/base/result.hpp"

namespace muster::plugins::nettest {

struct Connected {
  bool connected = false;
  std::string status;   // "Connected", or what stood in the way: "Connection refused"
  std::string address;  // the one that answered, or was tried last
  double time_ms = 0;   // of that attempt
};

// Tries the addresses one after the other until `deadline`, each with an equal share of what is
// left. Sends nothing.
Connected connect_to(const std::vector<Address>& addresses, std::uint16_t port,
                     Steady::time_point deadline);

}  // namespace muster::plugins::nettest
