#include "proto/base/backoff.hpp"

#include <algorithm>
#include <random>

namespace muster::base {

std::chrono::milliseconds Backoff::next() {
  thread_local std::mt19937_64 random{std::random_device{}()};
  return next(std::generate_canonical<double, 32>(random));
}

std::chrono::milliseconds Backoff::next(double share) {
  const auto span = next_.count();
  next_ = std::min(next_ * 2, most_);
  const auto least = span / 2;
  return std::chrono::milliseconds(least + static_cast<std::chrono::milliseconds::rep>(
                                               share * static_cast<double>(span - least + 1)));
}

}  // namespace muster::base
