#include "proto/transport/mqtt/socket_to.hpp"

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <memory>

namespace muster::transport::mqtt {
namespace {

using Clock = std::chrono::steady_clock;

Result<base::UniqueFd> try_address(const addrinfo& address, Clock::time_point deadline) {
  base::UniqueFd fd(::socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return fail(Errc::unavailable, std::strerror(errno));
  if (::connect(fd.get(), address.ai_addr, address.ai_addrlen) == 0) return fd;
  if (errno != EINPROGRESS) return fail(Errc::unavailable, std::strerror(errno));
  if (!wait_for_socket(fd.get(), POLLOUT, deadline))
    return fail(Errc::unavailable, "no answer; a firewall, or the host is down");
  int problem = 0;
  socklen_t size = sizeof problem;
  ::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &problem, &size);
  if (problem == ECONNREFUSED)
    return fail(Errc::unavailable,
                "connection refused; is the broker running, and is the port right?");
  if (problem != 0) return fail(Errc::unavailable, std::strerror(problem));
  return fd;
}

}  // namespace

Result<base::UniqueFd> connect_tcp(const base::Endpoint& to, Clock::time_point deadline) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int rc =
          ::getaddrinfo(to.host.c_str(), std::to_string(to.port).c_str(), &hints, &found);
      rc != 0)
    return fail(Errc::unavailable, "no address for '" + to.host + "': " + ::gai_strerror(rc));
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, &::freeaddrinfo);
  Result<base::UniqueFd> last = fail(Errc::unavailable, "no address");
  for (const auto* address = found; address != nullptr; address = address->ai_next) {
    last = try_address(*address, deadline);
    if (last) return last;
  }
  return last;
}

bool wait_for_socket(int fd, short events, Clock::time_point deadline) {
  while (true) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    pollfd wanted{fd, events, 0};
    const int rc = ::poll(&wanted, 1, static_cast<int>(std::clamp<long>(left, 0, 60'000)));
    if (rc > 0) return true;
    if (rc == 0 || errno != EINTR) return false;
  }
}

}  // namespace muster::transport::mqtt
