#include "tests/support/virtual_loop/virtual_loop.hpp"

#include <fmt/format.h>

#include <utility>

namespace muster::fakes {

using std::chrono::milliseconds;

void VirtualLoop::run_due() {
  while (!tasks_.empty()) {
    const auto task = std::move(tasks_.front());
    tasks_.pop_front();
    task();
  }
}

bool VirtualLoop::call_next(TimePoint until) {
  const auto due = timers_.next();
  if (!due || *due > until) return false;
  if (*due > clock_.steady())
    clock_.advance(std::chrono::duration_cast<milliseconds>(*due - clock_.steady()));
  timers_.take_next()();
  run_due();
  return true;
}

void VirtualLoop::advance(milliseconds by) {
  (void)advance_until([] { return false; }, by);
}

bool VirtualLoop::advance_until(const std::function<bool()>& condition, milliseconds patience) {
  const auto until = clock_.steady() + patience;
  run_due();
  while (!condition())
    if (!call_next(until)) {
      clock_.advance(std::chrono::duration_cast<milliseconds>(until - clock_.steady()));
      return condition();
    }
  return true;
}

loop::Timers::Id VirtualLoop::after(milliseconds delay, std::function<void()> then) {
  return timers_.add(clock_.steady(), delay, std::move(then));
}

Status VirtualLoop::run(Work work) {
  post([work = std::move(work)] {
    if (const auto then = work()) then();
  });
  return {};
}

std::string VirtualLoop::id() {
  return fmt::format("{:016x}{:016x}", chance_(), chance_());
}

double VirtualLoop::share() {
  return static_cast<double>(chance_() >> 11U) / 9007199254740992.0;  // 53 bits, as a double holds
}

}  // namespace muster::fakes
