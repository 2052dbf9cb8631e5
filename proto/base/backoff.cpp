#include "proto/base/backoff.hpp"

#include <algorithm>
#include <random>

namespace muster::base {

std::chrono::milliseconds Backoff::next() {
  thread_local std::mt19937_64 random{std::random_device{}()};
  const auto step = next_.count();
  next_ = std::min(next_ * 2, most_);
  return std::chrono::milliseconds(
      std::uniform_int_distribution<std::chrono::milliseconds::rep>(step / 2, step)(random));
}

}  // namespace muster::base
