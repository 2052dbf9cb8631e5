// The numbers of what orchestrators say about a CA or a name: each message adds one to the highest that its signer has heard.
#pragma once

#include <chrono>
#include <cstdint>

#include "proto/base/result.hpp"

namespace muster::admission {

// No honest number is ever larger than the milliseconds since 1970. A stolen orchestrator's could be the last for ever: so none
// counts that is further ahead than clocks may differ, and a moment later there is room to count on. It is judged by the clock
// alone, not by what each has heard before: else orchestrators would fight over which message stands.
inline constexpr std::chrono::milliseconds kNumberAheadMax = std::chrono::hours(24);
inline constexpr std::uint64_t kNumberMax = std::uint64_t{1} << 53U;  // whatever the clock says

// Errc::refused when nobody can have counted so far: it is higher than the Unix time in ms by more than kNumberAheadMax.
Status check_number(std::uint64_t number, std::int64_t now_ms);

}  // namespace muster::admission
