// Where a server listens.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "proto/base/result.hpp"

namespace muster::notifiers {

struct Endpoint {
  std::string host;  // name, IPv4 or IPv6 address without brackets
  std::uint16_t port = 0;

  // "host:port", brackets around an IPv6 address.
  std::string text() const;
};

// "host", "host:port", "[::1]:port". Errc::config names what is wrong.
Result<Endpoint> parse_endpoint(std::string_view text, std::uint16_t default_port);

}  // namespace muster::notifiers
