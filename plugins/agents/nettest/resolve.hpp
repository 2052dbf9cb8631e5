// Names to addresses, as this machine resolves them.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <chrono>
#include <string>
#include <vector>

#include "proto/base/result.hpp"

namespace muster::plugins::nettest {

struct Address {
  sockaddr_storage storage{};
  socklen_t length = 0;

  int family() const { return storage.ss_family; }
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
  void set_port(std::uint16_t port);
  std::string text() const;  // without port
};

// In the order in which they should be tried, each once. `family`: AF_UNSPEC, AF_INET or AF_INET6.
// Errc::not_found when there is none. Blocks as long as /etc/resolv.conf says.
Result<std::vector<Address>> resolve(const std::string& host, int family);

using Steady = std::chrono::steady_clock;
inline double milliseconds_since(Steady::time_point start) {
  return std::chrono::duration<double, std::milli>(Steady::now() - start).count();
}

}  // namespace muster::plugins::nettest
