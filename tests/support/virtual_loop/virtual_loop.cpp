#include "tests/support/virtual_loop/virtual_loop.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace muster::fakes {

using std::chrono::milliseconds;

void VirtualLoop::settle() {
  while (!tasks_.empty()) {
    const auto task = std::move(tasks_.front());
    tasks_.pop_front();
    task();
  }
}

bool VirtualLoop::call_next(TimePoint until) {
  if (timers_.empty() || timers_.begin()->first.first > until) return false;
  const auto first = timers_.begin();
  const auto [due, id] = first->first;
  if (due > clock_.steady())
    clock_.advance(std::chrono::duration_cast<milliseconds>(due - clock_.steady()));
  const auto then = std::move(first->second);
  timers_.erase(first);
  due_at_.erase(id);
  then();
  settle();
  return true;
}

void VirtualLoop::advance(milliseconds by) {
  (void)advance_until([] { return false; }, by);
}

bool VirtualLoop::advance_until(const std::function<bool()>& condition, milliseconds patience) {
  const auto until = clock_.steady() + patience;
  settle();
  while (!condition())
    if (!call_next(until)) {
      clock_.advance(std::chrono::duration_cast<milliseconds>(until - clock_.steady()));
      return condition();
    }
  return true;
}

loop::Timers::Id VirtualLoop::after(milliseconds delay, std::function<void()> then) {
  const auto id = ++last_;
  const auto due = clock_.steady() + std::max(delay, milliseconds(0));
  timers_.emplace(std::pair{due, id}, std::move(then));
  due_at_.emplace(id, due);
  return id;
}

void VirtualLoop::cancel(Id id) {
  const auto found = due_at_.find(id);
  if (found == due_at_.end()) return;
  timers_.erase({found->second, id});
  due_at_.erase(found);
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
