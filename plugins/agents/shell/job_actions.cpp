#include "plugins/agents/shell/job_actions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "plugins/agents/shell/output_text.hpp"
#include "proto/base/utf8.hpp"

namespace muster::plugins::shell {
namespace {

constexpr std::size_t kTitleMaxBytes = 4096;

std::string_view name_of(JobState state) {
  switch (state) {
    case JobState::running:
      return "running";
    case JobState::finished:
      return "finished";
    case JobState::lost:
      break;
  }
  return "lost";
}

Value described(const JobStatus& job) {
  Value data{{"handle", job.id},
             {"command", base::as_utf8(job.title, kTitleMaxBytes)},
             {"status", name_of(job.state)},
             {"started_at_ms", job.started_at_ms},
             {"stdout_bytes", job.output_bytes},
             {"stderr_bytes", job.error_bytes}};
  if (job.state == JobState::running) return data;
  data["finished_at_ms"] = job.finished_at_ms;
  if (job.state == JobState::finished) data["exitcode"] = job.exit_code;
  return data;
}

struct Piece {
  std::string text;
  std::int64_t next = 0;
};

Piece piece_of(const std::string& bytes, std::int64_t offset, bool may_grow) {
  auto out = output_text(bytes, kReplyOutputBytes);
  auto taken = bytes.size() - out.left_out;
  if (out.left_out == 0 && may_grow) {
    taken = whole_characters(bytes);
    out = output_text(std::string_view(bytes).substr(0, taken), kReplyOutputBytes);
  }
  return {std::move(out.text), offset + static_cast<std::int64_t>(taken)};
}

}  // namespace

Result<JobStatus> OwnJobs::find(const std::string& handle) const {
  MUSTER_ASSIGN(auto job, jobs.status(handle));
  if (job.kind != agent)
    return fail(Errc::refused, fmt::format("job {} was started by the agent {}, not by {}", handle,
                                           job.kind, agent));
  return job;
}

Value OwnJobs::list() const {
  Value all = Value::object();
  for (const auto& job : jobs.list())
    if (job.kind == agent) all[job.id] = described(job);
  return {{"jobs", std::move(all)}};
}

Result<Value> OwnJobs::status(const std::string& handle) const {
  MUSTER_ASSIGN(const auto job, find(handle));
  return described(job);
}

Result<Value> OwnJobs::output(const std::string& handle, std::int64_t stdout_offset,
                              std::int64_t stderr_offset) const {
  if (stdout_offset < 0 || stderr_offset < 0)
    return fail(Errc::invalid_data, "an offset must not be negative");
  MUSTER_ASSIGN(const auto job, find(handle));
  MUSTER_ASSIGN(const auto out,
                jobs.output(handle, static_cast<std::uint64_t>(stdout_offset), kReplyOutputBytes));
  MUSTER_ASSIGN(const auto err, jobs.error_output(handle, static_cast<std::uint64_t>(stderr_offset),
                                                  kReplyOutputBytes));
  // Read after the state: what has ended is read to its end.
  const bool may_grow = job.state == JobState::running;
  auto data = described(job);
  auto piece = piece_of(out, stdout_offset, may_grow || out.size() == kReplyOutputBytes);
  data["stdout"] = std::move(piece.text);
  data["stdout_offset"] = piece.next;
  piece = piece_of(err, stderr_offset, may_grow || err.size() == kReplyOutputBytes);
  data["stderr"] = std::move(piece.text);
  data["stderr_offset"] = piece.next;
  return data;
}

Result<Value> OwnJobs::kill(const std::string& handle) const {
  MUSTER_ASSIGN(const auto job, find(handle));
  if (job.state == JobState::running) MUSTER_TRY(jobs.kill(handle));
  return Value{{"handle", handle}, {"killed", job.state == JobState::running}};
}

}  // namespace muster::plugins::shell
