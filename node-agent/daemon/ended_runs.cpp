// A Puppet run changes facts and classes: it has ended once the node has looked at them, and shown them to whoever is to
// decide by them.
#include "node-agent/daemon/node_agent.hpp"

namespace muster::agent {

// On the job watcher's thread. Whoever waits for a job need not ask again and again.
void NodeAgent::job_finished(const std::string& id) {
  if (!spool_open_ || !settled_jobs_->ended(id)) return tell("job", {{"job", id}});
  const std::lock_guard lock(ended_runs_mutex_);
  ended_runs_.push_back({id, facts_.refresh_soon()});
}

void NodeAgent::take_looked_runs() {
  const std::lock_guard lock(ended_runs_mutex_);
  std::erase_if(ended_runs_, [this](const EndedRun& run) {
    if (!facts_.has_gathered(run.gathers)) return false;
    looked_runs_.push_back(run.job);
    return true;
  });
}

// While nobody is shown anything, for want of a link: who asks over the next one must not wait.
void NodeAgent::settle_runs() {
  take_looked_runs();
  for (const auto& job : looked_runs_) settled_jobs_->settle(job);
}

void NodeAgent::tell_runs() {
  for (const auto& job : looked_runs_) {
    settled_jobs_->settle(job);
    tell("job", {{"job", job}});
  }
  looked_runs_.clear();
}

}  // namespace muster::agent
