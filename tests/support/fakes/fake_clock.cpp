#include "tests/support/fakes/fake_clock.hpp"

namespace muster::fakes {

std::chrono::steady_clock::time_point FakeClock::steady() const {
  return std::chrono::steady_clock::time_point(std::chrono::milliseconds(steady_ms_.load()));
}

void FakeClock::advance(std::chrono::milliseconds by) {
  unix_ms_ += by.count();
  steady_ms_ += by.count();
}

}  // namespace muster::fakes
