// A TCP connection for the probe, with the reason in words when there is none.
#pragma once

#include <chrono>

#include "proto/base/endpoint.hpp"
#include "proto/base/result.hpp"
#include "proto/base/unique_fd.hpp"

namespace muster::transport::mqtt {

// Non-blocking socket, connected. Errc::unavailable names the reason.
Result<base::UniqueFd> connect_tcp(const base::Endpoint& to,
                                   std::chrono::steady_clock::time_point deadline);

// Waits for poll(2) `events`; false at the deadline.
bool wait_for_socket(int fd, short events, std::chrono::steady_clock::time_point deadline);

}  // namespace muster::transport::mqtt
