#include "orchestrator/cli/times.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <optional>

#include "proto/base/names.hpp"

namespace muster::cli {
namespace {

struct TimeUnit {
  std::string_view name;  // as it is typed
  double seconds;
  std::string_view shown;
};

// Before a unit stands one that begins with it.
constexpr std::array kTimeUnits{TimeUnit{"ms", 0.001, "ms"}, TimeUnit{"s", 1, "s"},
                                TimeUnit{"min", 60, "min"},  TimeUnit{"m", 60, "min"},
                                TimeUnit{"h", 3'600, "h"},   TimeUnit{"d", 86'400, "d"}};

// Takes a number and its unit off the front of `text`; nothing when there is none.
std::optional<double> take_part(std::string_view& text) {
  double count = 0;
  if (text.starts_with('-')) return std::nullopt;  // "1h-30m" is a typing error
  const auto [end, problem] =
      std::from_chars(text.data(), text.data() + text.size(), count, std::chars_format::fixed);
  if (problem != std::errc() || !std::isfinite(count)) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  for (const auto& unit : kTimeUnits) {
    if (!text.starts_with(unit.name)) continue;
    text.remove_prefix(unit.name.size());
    return count * unit.seconds;
  }
  return std::nullopt;
}

// Nothing for what is not made of numbers with units.
std::optional<double> sum_of_parts(std::string_view text) {
  if (text.empty()) return std::nullopt;
  double sum = 0;
  while (!text.empty()) {
    const auto part = take_part(text);
    if (!part) return std::nullopt;
    sum += *part;
  }
  return std::round(sum * 1e6) / 1e6;  // 1.1h are 3960 s and not a hair more
}

}  // namespace

Result<std::chrono::seconds> parse_duration(std::string_view text) {
  constexpr std::int64_t kMost = std::chrono::seconds(kDurationMost).count();
  const auto sum = sum_of_parts(text);
  if (!sum || *sum < 1 || *sum > static_cast<double>(kMost) || *sum != std::floor(*sum))
    return fail(Errc::config,
                fmt::format("{} is not a duration: write a number and s, m, h or d, as in 24h or "
                            "1h30m; at most {} d",
                            base::quoted(text), kMost / 86'400));
  return std::chrono::seconds(static_cast<std::int64_t>(*sum));
}

Result<double> parse_seconds(std::string_view text) {
  double plain = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data(), end, plain, std::chars_format::fixed);
  if (problem == std::errc() && stop == end && std::isfinite(plain)) return plain;
  if (text.empty()) return fail(Errc::config, "a time is missing: write 90s, 15m or 1h");
  if (const auto sum = sum_of_parts(text)) return *sum;
  return fail(
      Errc::config,
      fmt::format("{} is not a time: write seconds, or a number and ms, s, m, h or d, as in "
                  "500ms, 90s or 1h30m",
                  base::quoted(text)));
}

std::string seconds_text(double seconds) {
  const auto whole = [](double number) { return std::abs(number - std::round(number)) < 1e-9; };
  for (const auto unit : {"d", "h", "min", "s", "ms"})
    for (const auto& known : kTimeUnits)
      if (known.shown == unit && seconds >= known.seconds && whole(seconds / known.seconds))
        return fmt::format("{:.0f} {}", seconds / known.seconds, unit);
  return fmt::format("{:g} s", seconds);
}

}  // namespace muster::cli
