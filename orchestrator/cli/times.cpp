#include "orchestrator/cli/times.hpp"

#include <fmt/format.h>

#include <charconv>

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

}  // namespace muster::cli
