#include <arpa/inet.h>
#include <netdb.h>
#include <sys/socket.h>

#include <memory>

#include "node-agent/presence/presence.hpp"
#include "proto/base/unique_fd.hpp"

namespace muster::agent {

std::string address_towards(const std::string& broker) {
  const auto colon = broker.rfind(':');
  if (colon == std::string::npos) return "";
  addrinfo hints{};
  hints.ai_socktype = SOCK_DGRAM;
  addrinfo* raw = nullptr;
  if (::getaddrinfo(broker.substr(0, colon).c_str(), broker.substr(colon + 1).c_str(), &hints,
                    &raw) != 0)
    return "";
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> found(raw, &::freeaddrinfo);
  for (const auto* at = found.get(); at != nullptr; at = at->ai_next) {
    // Connecting a datagram socket sends nothing; it only makes the kernel choose the route.
    const base::UniqueFd fd(::socket(at->ai_family, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (!fd || ::connect(fd.get(), at->ai_addr, at->ai_addrlen) != 0) continue;
    sockaddr_storage own{};
    socklen_t size = sizeof own;
    auto* address = reinterpret_cast<sockaddr*>(&own);
    char text[NI_MAXHOST];
    if (::getsockname(fd.get(), address, &size) == 0 &&
        ::getnameinfo(address, size, text, sizeof text, nullptr, 0, NI_NUMERICHOST) == 0)
      return text;
  }
  return "";
}

}  // namespace muster::agent
