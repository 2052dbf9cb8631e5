// Waiting for something to become true, in place of a sleep.
#pragma once

#include <chrono>
#include <functional>

namespace muster::fakes {

// Generous: only a failing test ever waits this long, and a sanitized one on a busy machine is
// slow.
inline constexpr std::chrono::seconds kPatience{20};

// Asks again and again, at growing intervals of 1 to 50 ms; false when the deadline passes first.
[[nodiscard]] bool wait_until(const std::function<bool()>& condition,
                              std::chrono::milliseconds deadline = kPatience);

}  // namespace muster::fakes
