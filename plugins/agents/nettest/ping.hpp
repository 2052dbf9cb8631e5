// ICMP echo.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "plugins/agents/nettest/resolve.hpp"
#include "proto/base/result.hpp"

namespace muster::plugins::nettest {

inline constexpr std::chrono::milliseconds kPingInterval{200};

struct Pinged {
  int sent = 0;
  std::vector<double> rtt_ms;  // of each answer
};

// `count` requests, kPingInterval apart, answered until `deadline`. Works unprivileged where
// net.ipv4.ping_group_range allows it, else with CAP_NET_RAW; Errc::refused where neither is given.
// Errc::unavailable when the network refuses to send.
Result<Pinged> ping(const Address& address, int count, Steady::time_point deadline);

// RFC 1071.
std::uint16_t internet_checksum(const void* bytes, std::size_t length);

}  // namespace muster::plugins::nettest
