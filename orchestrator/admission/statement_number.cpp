#include "orchestrator/admission/statement_number.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace muster::admission {
namespace {

std::uint64_t highest_at(std::int64_t now_ms) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(now_ms, 0)) +
         static_cast<std::uint64_t>(kNumberAheadMax.count());
}

}  // namespace

Status check_number(std::uint64_t number, std::int64_t now_ms) {
  const auto most = highest_at(now_ms);
  if (number <= most) return {};
  return fail(Errc::refused, fmt::format("the number of what an orchestrator says is {} at most by "
                                         "now, not {}: somebody used them up, or our clock is slow",
                                         most, number));
}

Status check_own_number(std::uint64_t number, std::int64_t now_ms) {
  const auto most = highest_at(now_ms - kClocksDifferMax.count());
  if (number <= most) return {};
  constexpr std::uint64_t kMsOfSecond = 1'000;
  return fail(Errc::refused,
              fmt::format("the number {} is the next, and some clocks are too slow to believe it: "
                          "somebody used the smaller ones up, with an orchestrator's stolen key? "
                          "Revoke that one; try again in {} s",
                          number, (number - most) / kMsOfSecond + 1));
}

}  // namespace muster::admission
