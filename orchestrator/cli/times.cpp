#include "orchestrator/cli/times.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <optional>

#include "proto/base/names.hpp"

namespace muster::cli {
namespace {

std::int64_t seconds_of(char unit) {
  switch (unit) {
    case 's':
      return 1;
    case 'm':
      return 60;
    case 'h':
      return 3'600;
    case 'd':
      return 86'400;
    default:
      return 0;
  }
}

}  // namespace

Result<std::chrono::seconds> parse_duration(std::string_view text) {
  constexpr std::int64_t kMost = std::chrono::seconds(kDurationMost).count();
  std::int64_t count = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), count);
  const bool one_unit = problem == std::errc() && end + 1 == text.data() + text.size();
  const auto unit = one_unit ? seconds_of(*end) : 0;
  if (unit == 0 || count <= 0 || count > kMost / unit)
    return fail(Errc::config,
                fmt::format("{} is not a duration: write a number and s, m, h or d, as in 24h; at "
                            "most {} d",
                            base::quoted(text), kMost / 86'400));
  return std::chrono::seconds(count * unit);
}

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

}  // namespace

Result<double> parse_seconds(std::string_view text) {
  double plain = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data(), end, plain, std::chars_format::fixed);
  if (problem == std::errc() && stop == end && std::isfinite(plain)) return plain;
  double sum = 0;
  for (auto rest = text; !rest.empty();) {
    const auto part = take_part(rest);
    if (!part)
      return fail(Errc::config,
                  fmt::format("{} is not a time: write seconds, or a number and ms, s, m, h or d, "
                              "as in 500ms, 90s or 1h30m",
                              base::quoted(text)));
    sum += *part;
  }
  if (text.empty()) return fail(Errc::config, "a time is missing: write 90s, 15m or 1h");
  return sum;
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
