// A machine's power, and what becomes of what is written when it fails.
#pragma once

namespace muster::sim {

// Whether what is written is kept: when the power fails, what comes after is not, and nobody hears of it.
enum class Power { on, fails_before_write, fails_after_write, gone };

}  // namespace muster::sim
