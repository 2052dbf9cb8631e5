#include "tests/sim/surroundings/program_timers.hpp"

#include <utility>

namespace muster::sim {

ProgramTimers::~ProgramTimers() {
  for (const auto& [id, set] : set_) loop_.cancel(set.below);
}

loop::Timers::Id ProgramTimers::after(std::chrono::milliseconds delay, std::function<void()> then) {
  const auto id = ++last_;
  set_[id] = {loop_.after(delay, [this, id] { due(id); }), std::move(then)};
  return id;
}

void ProgramTimers::cancel(Id id) {
  const auto known = set_.find(id);
  if (known == set_.end()) return;
  loop_.cancel(known->second.below);
  set_.erase(known);
}

bool ProgramTimers::post(std::function<void()> task) {
  if (!stopped_) return loop_.post(std::move(task));
  (void)after(std::chrono::milliseconds(0), std::move(task));
  return true;
}

void ProgramTimers::due(Id id) {
  if (stopped_) {
    due_.push_back(id);
    return;
  }
  // It may set another, or cancel any.
  if (auto set = set_.extract(id)) set.mapped().then();
  if (left_ == 0 || --left_ > 0) return;
  (void)loop_.post(std::exchange(then_, {}));
}

void ProgramTimers::after_that_many(std::size_t timers, std::function<void()> then) {
  left_ = timers;
  then_ = std::move(then);
}

void ProgramTimers::stop(bool is_stopped) {
  stopped_ = is_stopped;
  if (stopped_) return;
  for (const auto id : std::exchange(due_, {}))
    if (const auto known = set_.find(id); known != set_.end())
      known->second.below = loop_.after(std::chrono::milliseconds(0), [this, id] { due(id); });
}

}  // namespace muster::sim
