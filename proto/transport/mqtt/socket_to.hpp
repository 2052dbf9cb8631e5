// A TCP connection for the probe, with the reason in words when there is none.
#pragma once

#include <chrono>
#include <string>

#include "proto/base/result.hpp"
#include "proto/base/unique_fd.hpp"

namespace muster::transport::mqtt {

struct HostPort {
  std::string host;  // without the brackets of an IPv6 address
  std::string port;
};

// "host:port" or "[2001:db8::1]:port"; Errc::config with an example otherwise.
Result<HostPort> split_broker(const std::string& broker);

// Non-blocking socket, connected. Errc::unavailable names the reason.
Result<base::UniqueFd> connect_tcp(const HostPort& to,
                                   std::chrono::steady_clock::time_point deadline);

// Waits for poll(2) `events`; false at the deadline.
bool wait_for_socket(int fd, short events, std::chrono::steady_clock::time_point deadline);

}  // namespace muster::transport::mqtt
