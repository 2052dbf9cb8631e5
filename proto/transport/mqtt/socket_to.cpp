#include "proto/transport/mqtt/socket_to.hpp"

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <memory>

#include "proto/base/names.hpp"

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

Result<HostPort> split_broker(const std::string& broker) {
  const auto colon = broker.rfind(':');
  if (colon == std::string::npos || colon == 0)
    return fail(Errc::config, "broker " + base::quoted(broker) +
                                  " is not host:port, for example broker.example.net:8883");
  HostPort to{broker.substr(0, colon), broker.substr(colon + 1)};
  const bool bracketed = to.host.front() == '[' && to.host.back() == ']';
  if (bracketed) to.host = to.host.substr(1, to.host.size() - 2);
  unsigned port = 0;
  const auto* end = to.port.data() + to.port.size();
  const auto [stop, problem] = std::from_chars(to.port.data(), end, port);
  if (problem != std::errc{} || stop != end || port == 0 || port > 65'535)
    return fail(Errc::config,
                "broker " + base::quoted(broker) + " has no port from 1 to 65535 after the colon");
  if (to.host.empty() || (!bracketed && to.host.find(':') != std::string::npos))
    return fail(Errc::config, "broker " + base::quoted(broker) +
                                  ": write an IPv6 address in brackets, [2001:db8::1]:8883");
  return to;
}

Result<base::UniqueFd> connect_tcp(const HostPort& to, Clock::time_point deadline) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int rc = ::getaddrinfo(to.host.c_str(), to.port.c_str(), &hints, &found); rc != 0)
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
