// Chance that a seed decides.
#pragma once

#include <chrono>
#include <cstdint>
#include <random>

namespace muster::fakes {

// Draws alike with every standard library, which its distributions do not.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : chance_(seed) {}
  // 0 when `bound` is.
  std::uint64_t below(std::uint64_t bound) { return bound == 0 ? 0 : chance_() % bound; }
  // Both included.
  std::chrono::milliseconds between(std::chrono::milliseconds least,
                                    std::chrono::milliseconds most) {
    const auto more = below(static_cast<std::uint64_t>((most - least).count()) + 1);
    return least + std::chrono::milliseconds(static_cast<std::int64_t>(more));
  }

 private:
  std::mt19937_64 chance_;
};

}  // namespace muster::fakes
