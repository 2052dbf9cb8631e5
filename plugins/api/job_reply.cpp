#include "plugins/api/job_reply.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "proto/base/utf8.hpp"

namespace muster::plugins {
namespace {

// A byte that is not UTF-8 becomes three.
constexpr std::size_t kUtf8Growth = 3;
constexpr std::size_t kLastLinesUtf8Bytes = kUtf8Growth * kLastLinesBytes;
constexpr std::size_t kReplyUtf8Bytes = kUtf8Growth * kReplyOutputBytes;

std::size_t begin_of_last_lines(std::string_view text) {
  auto end = text.ends_with('\n') ? text.size() - 1 : text.size();
  for (std::size_t lines = 0; lines < kLastLines; ++lines) {
    if (end == 0) return 0;
    end = text.rfind('\n', end - 1);
    if (end == std::string_view::npos) return 0;
  }
  return end + 1;
}

}  // namespace

std::string_view name_of(JobState state) {
  switch (state) {
    case JobState::running:
      return "running";
    case JobState::finished:
      return "finished";
    case JobState::lost:
      return "lost";
  }
  return "lost";
}

std::string last_lines(const Jobs& jobs, const JobStatus& job) {
  const auto from = job.output_bytes - std::min<std::uint64_t>(job.output_bytes, kLastLinesBytes);
  const auto text = jobs.output(job.id, from, kLastLinesBytes).value_or("");
  return base::as_utf8(std::string_view(text).substr(begin_of_last_lines(text)),
                       kLastLinesUtf8Bytes);
}

Result<JobStatus> run_job(Jobs& jobs, const JobSpec& spec,
                          std::chrono::steady_clock::time_point deadline) {
  MUSTER_ASSIGN(auto job, jobs.start(spec));
  if (auto ended = jobs.wait(job.id, deadline)) return std::move(*ended);
  return job;
}

ActionReply job_reply(const Jobs& jobs, std::string_view kind, const std::string& id,
                      std::int64_t offset) {
  const auto job = jobs.status(id);
  if (!job) return ActionReply::failed(job.error());
  if (job->kind != kind)
    return ActionReply::failed(
        {Errc::refused, fmt::format("job {} is of the agent {}, not of {}", id, job->kind, kind)});
  if (offset < 0) return ActionReply::failed({Errc::invalid_data, "offset must not be negative"});
  const auto output = jobs.output(id, static_cast<std::uint64_t>(offset), kReplyOutputBytes);
  if (!output) return ActionReply::failed(output.error());
  Value data{{"state", name_of(job->state)},
             {"output", base::as_utf8(*output, kReplyUtf8Bytes)},
             {"next_offset", offset + static_cast<std::int64_t>(output->size())},
             {"started_at_ms", job->started_at_ms}};
  if (job->state == JobState::running) return ActionReply::ok(std::move(data));
  data["last_lines"] = last_lines(jobs, *job);
  data["finished_at_ms"] = job->finished_at_ms;
  if (job->state == JobState::finished) data["exit_code"] = job->exit_code;
  return ActionReply::ok(std::move(data));
}

}  // namespace muster::plugins
