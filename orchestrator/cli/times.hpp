// Durations as operators type them.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "proto/base/result.hpp"

namespace muster::cli {

inline constexpr std::chrono::hours kDurationMost{24 * 365 * 10};

// "90s", "15m", "24h", "7d", "1h30m", "1.5h": whole seconds, always with a unit. Errc::config for anything else,
// zero and more than kDurationMost.
Result<std::chrono::seconds> parse_duration(std::string_view text);

// "1.5" (seconds), "500ms", "90s", "15m", "24h", "7d", "1h30m", as seconds. Errc::config for anything
// else, with what to write.
Result<double> parse_seconds(std::string_view text);

// "10 ms", "90 s", "15 min", "24 h", "7 d": in the largest unit that leaves no fraction.
std::string seconds_text(double seconds);

}  // namespace muster::cli
