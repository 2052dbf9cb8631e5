#include "tests/support/mosquitto/free_ports.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cstddef>
#include <mutex>
#include <stdexcept>
#include <string>

#include "proto/base/unique_fd.hpp"

namespace muster::test {
namespace {

// Whether the port is ours among all tests of this network namespace, until we end: a name of the kernel's, which goes with
// whoever holds it. Without it another could be given the same, before or while a server of ours listens there.
bool reserve(std::uint16_t port) {
  static std::mutex mutex;
  static std::vector<base::UniqueFd> reserved;
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  const auto text = "muster-test-port-" + std::to_string(port);
  std::copy(text.begin(), text.end(), name.sun_path + 1);  // behind a zero: no file
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + text.size());
  base::UniqueFd fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (::bind(fd.get(), reinterpret_cast<sockaddr*>(&name), size) != 0) return false;
  const std::lock_guard lock(mutex);
  reserved.push_back(std::move(fd));
  return true;
}

}  // namespace

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
    const auto port = ::ntohs(address.sin_port);
    if (reserve(port)) ports.push_back(port);
    held.push_back(std::move(fd));
  }
  return ports;
}

}  // namespace muster::test
