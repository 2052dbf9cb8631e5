// One job's folder in the spool, and what each file in it means.
//
//   spec.json       what to run; written once, before the supervisor starts
//   supervisor.json who runs it: pid, start time, boot
//   output          stdout and stderr together
//   errors          stderr, of a job that splits its output
//   exit.json       exit code and time; there once it has finished, and never changed
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "node-agent/jobs/process_id.hpp"
#include "plugins/api/node.hpp"
#include "proto/base/result.hpp"

namespace muster::jobs {

inline constexpr int kTimeoutExitCode = 124;  // as timeout(1)

struct JobExit {
  int code = 0;
  std::int64_t finished_at_ms = 0;
};

// Each call reads or writes the disk; nothing is kept. Thread-safe as far as the file system is:
// files are replaced whole.
class JobFolder {
 public:
  explicit JobFolder(std::filesystem::path path) : path_(std::move(path)) {}

  struct Spec {
    plugins::JobSpec job;
    std::int64_t started_at_ms = 0;
  };

  Status write_spec(const Spec& spec) const;
  Result<Spec> read_spec() const;
  Status write_supervisor(const ProcessId& process) const;
  Result<ProcessId> read_supervisor() const;
  Status write_exit(const JobExit& exit) const;
  // Nothing while it has none.
  std::optional<JobExit> read_exit() const;

  std::string id() const { return path_.filename().string(); }
  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path output_path() const { return path_ / "output"; }
  std::filesystem::path errors_path() const { return path_ / "errors"; }
  std::uint64_t disk_bytes() const;

  // Running, finished or lost, from the files and the process table.
  Result<plugins::JobStatus> status() const;

 private:
  std::filesystem::path path_;
};

// 32 hex digits: what ids look like, so that none becomes a path.
bool is_job_id(std::string_view text);

}  // namespace muster::jobs
