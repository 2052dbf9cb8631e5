// What this machine is called.
#pragma once

#include <array>
#include <string>
#include <string_view>

namespace muster::base {

// As gethostname(2) has it; "" when there is none. Thread-safe.
std::string host_name();

// What images call every machine before somebody names it, with or without a domain behind; lower case.
inline constexpr std::array<std::string_view, 6> kPlaceholderHosts{
    "localhost", "localhost4", "localhost6", "ip6-localhost", "ip6-loopback", "localhost-live"};

}  // namespace muster::base
