#include "tests/swarm/node/fake_runs.hpp"

#include <fmt/format.h>

#include <utility>

#include "proto/base/names.hpp"

namespace muster::swarm {
namespace {

// Of `puppet agent --detailed-exitcodes`: there were changes and none failed; and the run failed.
constexpr int kChanged = 2;
constexpr int kFailed = 1;
constexpr int kKilled = 128 + 15;
constexpr std::string_view kOutput = "Notice: Applied catalog in 0.00 seconds (a swarm's)\n";

}  // namespace

FakeRuns::FakeRuns(loop::Timers& timers, RunPlan plan, std::function<double(std::uint64_t)> luck,
                   std::function<void(const std::string&)> on_end)
    : timers_(timers), plan_(plan), luck_(std::move(luck)), on_end_(std::move(on_end)) {}

FakeRuns::~FakeRuns() {
  for (const auto& [id, run] : runs_) timers_.cancel(run.timer);
}

Result<plugins::JobStatus> FakeRuns::start(const plugins::JobSpec& spec) {
  for (const auto& [id, run] : runs_)
    if (!spec.key.empty() && run.key == spec.key) return run.status;
  if (runs_.size() >= kRunsKept) {
    const auto oldest = runs_.begin();
    if (oldest->second.status.state == plugins::JobState::running)
      return fail(Errc::limit, fmt::format("{} jobs run on this node already", kRunsKept));
    runs_.erase(oldest);
  }
  Run run;
  run.status.id = fmt::format("{:032x}", ++last_);  // as ids of jobs are written
  run.status.kind = spec.kind;
  run.status.title = spec.title;
  run.status.started_at_ms = timers_.clock().unix_ms();
  run.key = spec.key;
  const int exit_code = luck_(last_) < plan_.fail_share ? kFailed : kChanged;
  run.timer =
      timers_.after(plan_.length, [this, id = run.status.id, exit_code] { end(id, exit_code); });
  return runs_.emplace(run.status.id, run).first->second.status;
}

void FakeRuns::end(const std::string& id, int exit_code) {
  auto& run = runs_.at(id);
  timers_.cancel(run.timer);
  run.over = true;
  run.exit_code = exit_code;
  run.status.output_bytes = kOutput.size();
  on_end_(id);
}

void FakeRuns::settle(const std::string& id) {
  const auto found = runs_.find(id);
  if (found == runs_.end() || !found->second.over) return;
  auto& status = found->second.status;
  status.state = plugins::JobState::finished;
  status.exit_code = found->second.exit_code;
  status.finished_at_ms = timers_.clock().unix_ms();
}

Result<plugins::JobStatus> FakeRuns::status(const std::string& id) const {
  const auto found = runs_.find(id);
  if (found == runs_.end())
    return fail(Errc::not_found, fmt::format("there is no job {} here", base::quoted(id)));
  return found->second.status;
}

Result<std::string> FakeRuns::output(const std::string& id, std::uint64_t offset,
                                     std::size_t max_bytes) const {
  MUSTER_ASSIGN(const auto run, status(id));
  if (offset >= run.output_bytes) return std::string();
  return std::string(kOutput.substr(offset, max_bytes));
}

Result<plugins::JobStatus> FakeRuns::wait(const std::string& id,
                                          std::chrono::steady_clock::time_point) const {
  MUSTER_ASSIGN(auto run, status(id));
  if (run.state == plugins::JobState::running)
    return fail(Errc::timeout, fmt::format("job {} still runs", id));
  return run;
}

Status FakeRuns::kill(const std::string& id) {
  const auto found = runs_.find(id);
  if (found == runs_.end())
    return fail(Errc::not_found, fmt::format("there is no job {} here", base::quoted(id)));
  if (!found->second.over) end(id, kKilled);
  return {};
}

std::vector<plugins::JobStatus> FakeRuns::list() const {
  std::vector<plugins::JobStatus> all;
  for (const auto& [id, run] : runs_) all.push_back(run.status);
  return all;
}

}  // namespace muster::swarm
