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

}  // namespace muster::admission
