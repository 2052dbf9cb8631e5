#include "plugins/agents/nettest/connect.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "proto/base/unique_fd.hpp"

namespace muster::plugins::nettest {
namespace {

// 0, or the number of the error.
int try_one(const Address& address, Steady::time_point deadline) {
  const base::UniqueFd fd(
      ::socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return errno;
  if (::connect(fd.get(), address.get(), address.length) == 0) return 0;
  if (errno != EINPROGRESS) return errno;
  for (;;) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - Steady::now()).count();
    if (left <= 0) return ETIMEDOUT;
    pollfd waiting{fd.get(), POLLOUT, 0};
    const int ready = ::poll(&waiting, 1, static_cast<int>(std::min<std::int64_t>(left, 60'000)));
    if (ready < 0 && errno != EINTR) return errno;
    if (ready <= 0) continue;
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &error, &size);
    return error;
  }
}

}  // namespace

Connected connect_to(const std::vector<Address>& addresses, std::uint16_t port,
                     Steady::time_point deadline) {
  Connected result;
  result.status = "No address to connect to";
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    auto address = addresses[i];
    address.set_port(port);
    const auto start = Steady::now();
    const auto share = (deadline - start) / static_cast<int>(addresses.size() - i);
    const int error = try_one(address, start + share);
    result.address = address.text();
    result.time_ms = milliseconds_since(start);
    result.connected = error == 0;
    result.status = error == 0 ? "Connected" : std::strerror(error);
    if (result.connected) break;
  }
  return result;
}

}  // namespace muster::plugins::nettest
