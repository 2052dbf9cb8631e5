#include "plugins/agents/nettest/resolve.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netdb.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

#include "proto/base/names.hpp"

namespace muster::plugins::nettest {
namespace {

std::string_view name_of(int family) {
  if (family == AF_INET) return "IPv4 ";
  return family == AF_INET6 ? "IPv6 " : "";
}

}  // namespace

void Address::set_port(std::uint16_t port) {
  if (family() == AF_INET)
    reinterpret_cast<sockaddr_in*>(&storage)->sin_port = htons(port);
  else
    reinterpret_cast<sockaddr_in6*>(&storage)->sin6_port = htons(port);
}

std::string Address::text() const {
  std::array<char, NI_MAXHOST> host{};
  if (::getnameinfo(get(), length, host.data(), host.size(), nullptr, 0, NI_NUMERICHOST) != 0)
    return "?";
  return host.data();
}

Result<std::vector<Address>> resolve(const std::string& host, int family) {
  addrinfo hints{};
  hints.ai_family = family;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int failed = ::getaddrinfo(host.c_str(), nullptr, &hints, &found);
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, &::freeaddrinfo);
  if (failed != 0)
    return fail(failed == EAI_AGAIN ? Errc::unavailable : Errc::not_found,
                fmt::format("{} has no {}address: {}", base::quoted(host), name_of(family),
                            failed == EAI_SYSTEM ? std::strerror(errno) : ::gai_strerror(failed)));
  std::vector<Address> addresses;
  std::vector<std::string> seen;
  for (const auto* each = found; each != nullptr; each = each->ai_next) {
    if (each->ai_addrlen > sizeof(sockaddr_storage)) continue;
    Address address;
    std::memcpy(&address.storage, each->ai_addr, each->ai_addrlen);
    address.length = each->ai_addrlen;
    if (std::find(seen.begin(), seen.end(), address.text()) != seen.end()) continue;
    seen.push_back(address.text());
    addresses.push_back(address);
  }
  return addresses;
}

}  // namespace muster::plugins::nettest
