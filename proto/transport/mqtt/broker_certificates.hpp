// Which certificates a broker shows to whoever connects.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "proto/base/result.hpp"

namespace muster::transport::mqtt {

inline constexpr std::chrono::milliseconds kShownPatience{3'000};

// DER, the broker's own first. Nothing is judged, and nothing of ours is shown. `broker`: "host:port".
// Errc::unavailable when there is no TLS with it within kShownPatience, name lookup apart.
Result<std::vector<std::string>> broker_certificates(const std::string& broker);

}  // namespace muster::transport::mqtt
