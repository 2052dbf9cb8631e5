// The processes of this machine, from /proc.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "proto/base/result.hpp"

namespace muster::plugins::process {

inline constexpr std::size_t kCommandMaxBytes = 1024;  // of one command line; the rest is cut

struct Process {
  pid_t pid = 0;
  pid_t ppid = 0;
  uid_t uid = 0;
  std::string user;     // its number when nobody has a name for it
  std::string name;     // the kernel's, at most 15 bytes
  std::string command;  // with arguments, UTF-8; "[name]" for kernel threads and zombies
  char state = '?';     // R S D T Z … as in ps(1)
  std::int64_t vsize_bytes = 0;
  std::int64_t rss_bytes = 0;
  double cpu_s = 0;               // user and system time
  std::int64_t started_at_s = 0;  // seconds since 1970-01-01 UTC
  std::uint64_t start_ticks = 0;  // with pid: one process for as long as this machine is up
};

// Those that `wanted` takes, by pid. Processes that end meanwhile are left out. Errc::io when /proc
// cannot be read.
Result<std::vector<Process>> processes(const std::function<bool(const Process&)>& wanted);

// Nothing when there is no such process.
std::optional<Process> find_process(pid_t pid);

}  // namespace muster::plugins::process
