// Durations as operators type them.
#pragma once

#include <chrono>
#include <string_view>

#include "proto/base/result.hpp"

namespace muster::cli {

inline constexpr std::chrono::hours kDurationMost{24 * 365 * 10};

// "90s", "15m", "24h", "7d". Errc::config for anything else, zero and more than kDurationMost.
Result<std::chrono::seconds> parse_duration(std::string_view text);

}  // namespace muster::cli
