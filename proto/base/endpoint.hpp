// "host:port", as brokers are named in tokens and configuration.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "proto/base/result.hpp"

namespace muster::base {

struct Endpoint {
  std::string host;  // a name or an address, IPv6 without its brackets
  std::uint16_t port = 0;
  std::string text() const;  // IPv6 in brackets
};

// "broker.example:8883", "192.0.2.1:8883", "[2001:db8::1]:8883". Errc::invalid_data naming the
// text.
Result<Endpoint> parse_endpoint(std::string_view text);

}  // namespace muster::base
