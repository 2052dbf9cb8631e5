#include "node-agent/external/agent_watch.hpp"

#include <sys/eventfd.h>

#include "proto/base/thread_name.hpp"

namespace muster::external {

AgentWatch::AgentWatch(Folders folders, Surroundings around, std::chrono::milliseconds interval,
                       const base::Clock& clock, agent::AgentTable& agents, agent::DataTable& data,
                       std::function<void()> changed)
    : around_(std::move(around)),
      interval_(interval),
      agents_(agents),
      data_(data),
      changed_(std::move(changed)),
      cancel_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      roster_(
          [folders = std::move(folders)] { return find_candidates(folders); },
          [this](const Candidate& candidate) { return load(candidate, around_, cancel_.get()); },
          clock),
      thread_([this] { watch(); }) {}

AgentWatch::~AgentWatch() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  ::eventfd_write(cancel_.get(), 1);
  thread_.join();
}

bool AgentWatch::wait_for_first_look(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  return wake_.wait_for(lock, patience, [this] { return looked_; });
}

void AgentWatch::watch() {
  base::name_thread("agent watch");
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    const bool changed = roster_.look();
    lock.lock();
    // At first also when nothing is there: what an earlier watch has left is not ours.
    if ((changed || !looked_) && !stopping_) {
      agents_.replace_others(roster_.agents(), roster_.disabled());
      data_.replace_others(roster_.data_plugins());
      changed_();
    }
    if (!looked_) {
      looked_ = true;
      wake_.notify_all();
    }
    wake_.wait_for(lock, roster_.next_look(interval_), [this] { return stopping_; });
  }
}

}  // namespace muster::external
