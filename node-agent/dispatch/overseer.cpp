#include "node-agent/dispatch/overseer.hpp"

#include <algorithm>
#include <utility>

#include "proto/base/thread_name.hpp"

namespace muster::agent {

Overseer::Overseer(const base::Clock& clock) : clock_(clock), thread_([this] { oversee(); }) {}

Overseer::~Overseer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

std::uint64_t Overseer::watch(std::chrono::steady_clock::time_point deadline,
                              std::function<void(Overdue)> overdue) {
  const auto until = deadline + kOverdueGrace;
  const std::lock_guard lock(mutex_);
  watched_[++last_] = {until, std::move(overdue)};
  if (until < looks_at_) changed_.notify_all();
  return last_;
}

void Overseer::give_up() {
  std::map<std::uint64_t, Watched> all;
  {
    const std::lock_guard lock(mutex_);
    all.swap(watched_);
  }
  for (const auto& [number, watched] : all) watched.overdue(Overdue::stopping);
}

bool Overseer::end(std::uint64_t watched) {
  const std::lock_guard lock(mutex_);
  return watched_.erase(watched) > 0;
}

void Overseer::oversee() {
  base::name_thread("overseer");
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    if (watched_.empty()) {
      looks_at_ = std::chrono::steady_clock::time_point::max();
      changed_.wait(lock);
      continue;
    }
    const auto next = std::min_element(
        watched_.begin(), watched_.end(),
        [](const auto& a, const auto& b) { return a.second.until < b.second.until; });
    const auto left = next->second.until - clock_.steady();
    if (left > std::chrono::steady_clock::duration::zero()) {
      looks_at_ = next->second.until;
      changed_.wait_for(lock, left);
      continue;
    }
    const auto overdue = std::move(next->second.overdue);
    watched_.erase(next);
    lock.unlock();
    overdue(Overdue::deadline);
    lock.lock();
  }
}

}  // namespace muster::agent
