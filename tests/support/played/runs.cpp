#include "tests/support/played/runs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "proto/base/names.hpp"

namespace muster::played {
namespace {

// Of `puppet agent --detailed-exitcodes`: there were changes; there were changes and failures.
constexpr int kChanged = 2;
constexpr int kChangedAndFailed = 6;
constexpr int kKilled = 128 + 15;
constexpr std::string_view kOutput = "Notice: Applied catalog in 0.00 seconds (played)\n";

}  // namespace

Runs::Runs(loop::Timers& timers, const RunHabits& habits, std::function<double()> luck, Ended ended)
    : timers_(timers), habits_(habits), luck_(std::move(luck)), ended_(std::move(ended)) {}

Runs::~Runs() {
  for (const auto& [id, run] : runs_) timers_.cancel(run.timer);
}

std::chrono::milliseconds Runs::length() const {
  if (habits_.most <= habits_.least) return habits_.least;
  const auto more = luck_() * static_cast<double>((habits_.most - habits_.least).count());
  return habits_.least + std::chrono::milliseconds(static_cast<std::int64_t>(more));
}

Status Runs::make_room() {
  if (runs_.size() < kRunsKept) return {};
  const auto oldest = runs_.begin();
  if (oldest->second.status.state == plugins::JobState::running)
    return fail(Errc::limit, fmt::format("{} jobs run on this node already", kRunsKept));
  runs_.erase(oldest);
  return {};
}

Result<plugins::JobStatus> Runs::start(const plugins::JobSpec& spec) {
  const auto known = std::find_if(runs_.begin(), runs_.end(), [&](const auto& one) {
    return !spec.key.empty() && one.second.key == spec.key;
  });
  if (known != runs_.end()) return known->second.status;
  MUSTER_TRY(make_room());
  Run run;
  run.status.id = fmt::format("{:032x}", ++last_);  // as ids of jobs are written
  run.status.kind = spec.kind;
  run.status.title = spec.title;
  run.status.started_at_ms = timers_.clock().unix_ms();
  run.key = spec.key;
  const int exit_code = luck_() < habits_.fails ? kChangedAndFailed : kChanged;
  run.timer =
      timers_.after(length(), [this, id = run.status.id, exit_code] { end(id, exit_code); });
  return runs_.emplace(run.status.id, run).first->second.status;
}

void Runs::end(const std::string& id, int exit_code) {
  auto& run = runs_.at(id);
  timers_.cancel(run.timer);
  run.over = true;
  run.exit_code = exit_code;
  run.status.output_bytes = kOutput.size();
  ended_(id);
}

void Runs::settle(Run& run) const {
  if (!run.over || run.status.state == plugins::JobState::finished) return;
  run.status.state = plugins::JobState::finished;
  run.status.exit_code = run.exit_code;
  run.status.finished_at_ms = timers_.clock().unix_ms();
}

void Runs::settle(const std::string& id) {
  if (const auto found = runs_.find(id); found != runs_.end()) settle(found->second);
}

void Runs::settle_all() {
  for (auto& [id, run] : runs_) settle(run);
}

void Runs::forget_all() {
  for (const auto& [id, run] : runs_) timers_.cancel(run.timer);
  runs_.clear();
}

Result<plugins::JobStatus> Runs::status(const std::string& id) const {
  const auto found = runs_.find(id);
  if (found == runs_.end())
    return fail(Errc::not_found, fmt::format("there is no job {} here", base::quoted(id)));
  return found->second.status;
}

Result<std::string> Runs::output(const std::string& id, std::uint64_t offset,
                                 std::size_t max_bytes) const {
  MUSTER_ASSIGN(const auto run, status(id));
  if (offset >= run.output_bytes) return std::string();
  return std::string(kOutput.substr(offset, max_bytes));
}

Result<plugins::JobStatus> Runs::wait(const std::string& id,
                                      std::chrono::steady_clock::time_point) const {
  MUSTER_ASSIGN(auto run, status(id));
  if (run.state == plugins::JobState::running)
    return fail(Errc::timeout, fmt::format("job {} still runs", id));
  return run;
}

Status Runs::kill(const std::string& id) {
  const auto found = runs_.find(id);
  if (found == runs_.end())
    return fail(Errc::not_found, fmt::format("there is no job {} here", base::quoted(id)));
  if (!found->second.over) end(id, kKilled);
  return {};
}

std::vector<plugins::JobStatus> Runs::list() const {
  std::vector<plugins::JobStatus> all;
  for (const auto& [id, run] : runs_) all.push_back(run.status);
  return all;
}

}  // namespace muster::played
