#include "node-agent/jobs/settled_jobs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace muster::jobs {

using plugins::JobState;
using plugins::JobStatus;

SettledJobs::SettledJobs(plugins::Jobs& jobs, std::string kind, std::chrono::milliseconds look_most)
    : jobs_(jobs), kind_(std::move(kind)), look_most_(look_most) {
  const base::Locked open(open_);
  for (const auto& job : jobs_.list())
    if (job.kind == kind_ && job.state == JobState::running) open->emplace(job.id, std::nullopt);
}

bool SettledJobs::ended(const std::string& id) {
  const base::Locked open(open_);
  const auto found = open->find(id);
  if (found == open->end()) return false;
  found->second = std::chrono::steady_clock::now();
  return true;
}

void SettledJobs::settle(const std::string& id) {
  base::Locked(open_)->erase(id);
  settled_.notify_all();
}

// Held throughout: a job that has ended at once must not be opened after it was settled.
Result<JobStatus> SettledJobs::start(const plugins::JobSpec& spec) {
  const base::Locked open(open_);
  if (spec.kind != kind_) return jobs_.start(spec);
  const auto before = jobs_.list();
  MUSTER_ASSIGN(auto job, jobs_.start(spec));
  const bool known = std::any_of(before.begin(), before.end(),
                                 [&](const JobStatus& other) { return other.id == job.id; });
  if (!known) open->emplace(job.id, std::nullopt);
  return seen(*open, std::move(job));
}

Result<JobStatus> SettledJobs::status(const std::string& id) const {
  MUSTER_ASSIGN(auto job, jobs_.status(id));
  return seen(*base::Locked(open_), std::move(job));
}

Result<JobStatus> SettledJobs::wait(const std::string& id, Moment deadline) const {
  MUSTER_TRY(jobs_.wait(id, deadline));
  {
    const auto most = std::min(deadline, std::chrono::steady_clock::now() + look_most_);
    base::Locked open(open_);
    open.wait_until(settled_, most, [&] { return !is_open(*open, id); });
    if (is_open(*open, id) && most == deadline)
      return fail(Errc::timeout, fmt::format("what job {} changed is still looked at", id));
  }
  return status(id);
}

std::vector<JobStatus> SettledJobs::list() const {
  auto jobs = jobs_.list();
  const base::Locked open(open_);
  for (auto& job : jobs) job = seen(*open, std::move(job));
  return jobs;
}

bool SettledJobs::is_open(const Open& open, const std::string& id) const {
  const auto found = open.find(id);
  if (found == open.end()) return false;
  const auto& ended = found->second;
  return !ended || std::chrono::steady_clock::now() - *ended < look_most_;
}

JobStatus SettledJobs::seen(const Open& open, JobStatus job) const {
  if (job.state == JobState::running || !is_open(open, job.id)) return job;
  job.state = JobState::running;
  job.exit_code = 0;
  job.finished_at_ms = 0;
  return job;
}

}  // namespace muster::jobs
