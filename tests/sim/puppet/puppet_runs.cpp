#include "tests/sim/puppet/puppet_runs.hpp"

#include <fmt/format.h>

namespace muster::sim {
namespace {

constexpr int kChangedAndFailed = 6;

}  // namespace

Result<plugins::JobStatus> PuppetRuns::start(const plugins::JobSpec& spec) {
  if (const auto known = by_key_.find(spec.key); known != by_key_.end())
    return status(known->second);
  auto run = std::make_unique<Run>(loop_);
  const auto id = loop_.id();
  run->job.id = id;
  run->job.kind = spec.kind;
  run->job.title = spec.title;
  run->job.started_at_ms = loop_.clock().unix_ms();
  const auto more = loop_.share() * static_cast<double>((habits_.most - habits_.least).count());
  run->end.set(habits_.least + std::chrono::milliseconds(static_cast<std::int64_t>(more)),
               [this, id] { finish(id); });
  by_key_[spec.key] = id;
  const auto& kept = *(runs_[id] = std::move(run));
  return kept.job;
}

void PuppetRuns::finish(const std::string& id) {
  auto& run = *runs_.at(id);
  const bool fails = loop_.share() < habits_.fails;
  run.job.state = plugins::JobState::finished;
  run.job.exit_code = fails ? kChangedAndFailed : habits_.exit_code;
  run.job.finished_at_ms = loop_.clock().unix_ms();
  run.output = "Notice: Applied catalog\n";
  run.job.output_bytes = run.output.size();
  ended_(id);
}

void PuppetRuns::settle(const std::string& id) {
  if (const auto found = runs_.find(id); found != runs_.end()) found->second->settled = true;
}

plugins::JobStatus PuppetRuns::seen(const Run& run) const {
  auto job = run.job;
  if (!run.settled && job.state == plugins::JobState::finished)
    job.state = plugins::JobState::running;
  return job;
}

Result<plugins::JobStatus> PuppetRuns::status(const std::string& id) const {
  const auto found = runs_.find(id);
  if (found == runs_.end()) return fail(Errc::not_found, fmt::format("there is no job {}", id));
  return seen(*found->second);
}

Result<std::string> PuppetRuns::output(const std::string& id, std::uint64_t offset,
                                       std::size_t max_bytes) const {
  const auto found = runs_.find(id);
  if (found == runs_.end()) return fail(Errc::not_found, fmt::format("there is no job {}", id));
  const auto& text = found->second->output;
  return offset >= text.size() ? std::string() : text.substr(offset, max_bytes);
}

Result<plugins::JobStatus> PuppetRuns::wait(const std::string& id,
                                            std::chrono::steady_clock::time_point) const {
  return status(id);
}

Status PuppetRuns::kill(const std::string& id) {
  const auto found = runs_.find(id);
  if (found == runs_.end()) return fail(Errc::not_found, fmt::format("there is no job {}", id));
  found->second->end.stop();
  finish(id);
  return {};
}

std::vector<plugins::JobStatus> PuppetRuns::list() const {
  std::vector<plugins::JobStatus> all;
  for (const auto& [id, run] : runs_) all.push_back(seen(*run));
  return all;
}

}  // namespace muster::sim
