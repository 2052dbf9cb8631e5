#include "node-agent/jobs/settled_jobs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace muster::jobs {

using plugins::JobState;
using plugins::JobStatus;

SettledJobs::SettledJobs(plugins::Jobs& jobs, std::string kind, std::chrono::milliseconds look_most)
    : jobs_(jobs), kind_(std::move(kind)), look_most_(look_most) {
  for (const auto& job : jobs_.list())
    if (job.kind == kind_ && job.state == JobState::running) open_.emplace(job.id, std::nullopt);
}

bool SettledJobs::ended(const std::string& id) {
  const std::lock_guard lock(mutex_);
  const auto found = open_.find(id);
  if (found == open_.end()) return false;
  found->second = std::chrono::steady_clock::now();
  return true;
}

void SettledJobs::settle(const std::string& id) {
  {
    const std::lock_guard lock(mutex_);
    open_.erase(id);
  }
  settled_.notify_all();
}

// Held throughout: a job that has ended at once must not be opened after it was settled.
Result<JobStatus> SettledJobs::start(const plugins::JobSpec& spec) {
  const std::lock_guard lock(mutex_);
  if (spec.kind != kind_) return jobs_.start(spec);
  const auto before = jobs_.list();
  MUSTER_ASSIGN(auto job, jobs_.start(spec));
  const bool known = std::any_of(before.begin(), before.end(),
                                 [&](const JobStatus& other) { return other.id == job.id; });
  if (!known) open_.emplace(job.id, std::nullopt);
  return seen(std::move(job));
}

Result<JobStatus> SettledJobs::status(const std::string& id) const {
  MUSTER_ASSIGN(auto job, jobs_.status(id));
  const std::lock_guard lock(mutex_);
  return seen(std::move(job));
}

Result<JobStatus> SettledJobs::wait(const std::string& id, Moment deadline) const {
  MUSTER_TRY(jobs_.wait(id, deadline));
  {
    const auto most = std::min(deadline, std::chrono::steady_clock::now() + look_most_);
    std::unique_lock lock(mutex_);
    settled_.wait_until(lock, most, [&] { return !is_open(id); });
    if (is_open(id) && most == deadline)
      return fail(Errc::timeout, fmt::format("what job {} changed is still looked at", id));
  }
  return status(id);
}

std::vector<JobStatus> SettledJobs::list() const {
  auto jobs = jobs_.list();
  const std::lock_guard lock(mutex_);
  for (auto& job : jobs) job = seen(std::move(job));
  return jobs;
}

bool SettledJobs::is_open(const std::string& id) const {
  const auto found = open_.find(id);
  if (found == open_.end()) return false;
  const auto& ended = found->second;
  return !ended || std::chrono::steady_clock::now() - *ended < look_most_;
}

JobStatus SettledJobs::seen(JobStatus job) const {
  if (job.state == JobState::running || !is_open(job.id)) return job;
  job.state = JobState::running;
  job.exit_code = 0;
  job.finished_at_ms = 0;
  return job;
}

}  // namespace muster::jobs
