// A job as reply data: state, exit code and the output from an offset on.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "plugins/api/agent.hpp"
#include "plugins/api/node.hpp"

namespace muster::plugins {

// Of the output in one reply: a message holds 1 MiB, and JSON-like text grows when escaped.
inline constexpr std::size_t kReplyOutputBytes = 256 * 1024;
inline constexpr std::size_t kLastLines = 20;
inline constexpr std::size_t kLastLinesBytes = 4096;

// The name that replies use: running, finished, lost.
std::string_view name_of(JobState state);

// The end of a job's output: at most kLastLines lines and kLastLinesBytes bytes.
std::string last_lines(const Jobs& jobs, const JobStatus& job);

// What the `job` action of every agent with jobs answers. Errc::refused for a job that is not of `kind`: who may ask this
// agent may not therefore read what another's commands print.
ActionReply job_reply(const Jobs& jobs, std::string_view kind, const std::string& id,
                      std::int64_t offset);

// Starts a job, or finds the one of its key, and stays until it ends or `deadline` comes: one that
// still runs then is no error. Blocks; thread-safe.
Result<JobStatus> run_job(Jobs& jobs, const JobSpec& spec,
                          std::chrono::steady_clock::time_point deadline);

}  // namespace muster::plugins
