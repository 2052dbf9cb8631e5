#include "node-agent/presence/address.hpp"

#include <arpa/inet.h>
#include <sys/socket.h>

#include "node-agent/presence/presence.hpp"
#include "proto/base/unique_fd.hpp"

namespace muster::agent {
namespace {

std::string own_address(const addrinfo* towards) {
  for (const auto* at = towards; at != nullptr; at = at->ai_next) {
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

}  // namespace

Addresses resolve(const base::Endpoint& endpoint) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_DGRAM;
  addrinfo* found = nullptr;
  const auto port = std::to_string(endpoint.port);
  if (::getaddrinfo(endpoint.host.c_str(), port.c_str(), &hints, &found) != 0) found = nullptr;
  return {found, &::freeaddrinfo};
}

std::string OwnAddress::towards(const std::string& broker) {
  const auto endpoint = base::parse_endpoint(broker);
  if (!endpoint) return "";
  const auto found = resolve_(*endpoint);
  auto own = own_address(found.get());
  const base::Locked known(known_);
  if (!found) return (*known)[broker];
  if (!own.empty()) (*known)[broker] = own;
  return own;
}

std::string address_towards(const std::string& broker) {
  static OwnAddress own(&resolve);
  return own.towards(broker);
}

}  // namespace muster::agent
