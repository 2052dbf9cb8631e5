#include "tests/support/mosquitto/free_ports.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <stdexcept>

#include "proto/base/unique_fd.hpp"

namespace muster::test {

std::vector<std::uint16_t> free_ports(std::size_t count) {
  std::vector<base::UniqueFd> held;  // all at once, so that they differ
  std::vector<std::uint16_t> ports;
  while (ports.size() < count) {
    base::UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(fd.get(), generic, size) != 0 || ::getsockname(fd.get(), generic, &size) != 0)
      throw std::runtime_error("no free port on 127.0.0.1");
    ports.push_back(::ntohs(address.sin_port));
    held.push_back(std::move(fd));
  }
  return ports;
}

}  // namespace muster::test
