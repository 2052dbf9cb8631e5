// "host:port", as brokers, mail and chat servers are named in tokens and configuration.
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

// The same where the port may be left out: "chat.example", "[::1]". Errc::config
// naming the text.
Result<Endpoint> parse_endpoint(std::string_view text, std::uint16_t default_port);

}  // namespace muster::base
