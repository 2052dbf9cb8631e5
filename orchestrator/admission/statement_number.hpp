// The numbers of what orchestrators say about a CA or a name: each message adds one to the highest that its signer
// has heard.
#pragma once

#include <chrono>
#include <cstdint>

#include "proto/base/result.hpp"

namespace muster::admission {

// No honest number is ever larger than the milliseconds since 1970. A stolen orchestrator's could be the last for
// ever: so none counts that is further ahead than clocks may differ, and a moment later there is room to count on.
// It is judged by the clock alone, not by what each has heard before: else orchestrators would fight over which
// message stands.
inline constexpr std::chrono::milliseconds kNumberAheadMax = std::chrono::hours(24);
inline constexpr std::uint64_t kNumberMax = std::uint64_t{1} << 53U;  // whatever the clock says

// Errc::refused when nobody can have counted so far: it is higher than the Unix time in ms by more than
// kNumberAheadMax.
Status check_number(std::uint64_t number, std::int64_t now_ms);

// The clocks of those who judge are closer together than this. By how much they differ, a number at the very end
// counts for some already and for others not yet: so nobody gives one himself that is so close to it, and what is
// so little too far ahead, which only a stolen key signs, is judged again later (client::JudgeLater).
inline constexpr std::chrono::milliseconds kClocksDifferMax{60'000};

// Of one that we give: Errc::refused, saying for how long, unless it counts by a clock that is slower by
// kClocksDifferMax as well.
Status check_own_number(std::uint64_t number, std::int64_t now_ms);

}  // namespace muster::admission
