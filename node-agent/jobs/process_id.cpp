#include "node-agent/jobs/process_id.hpp"

#include <fmt/format.h>
#include <sys/wait.h>

#include <cerrno>
#include <cstring>
#include <sstream>

#include "node-agent/jobs/pidfd.hpp"
#include "proto/base/files.hpp"

namespace muster::jobs {
namespace {

constexpr std::size_t kProcFileMaxBytes = 8192;
constexpr int kFieldsBetweenStateAndStart = 18;

Result<std::string> boot_id() {
  MUSTER_ASSIGN(auto text, base::read_file("/proc/sys/kernel/random/boot_id", kProcFileMaxBytes));
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

struct Entry {
  ProcessId process;
  bool ended = false;  // a zombie
};

// Of the process table.
Result<Entry> look_up(pid_t pid) {
  MUSTER_ASSIGN(const auto stat,
                base::read_file(fmt::format("/proc/{}/stat", pid), kProcFileMaxBytes));
  // The name in parentheses may hold anything, a ')' too: the fields begin after the last one.
  const auto name_end = stat.rfind(')');
  if (name_end == std::string::npos)
    return fail(Errc::io, fmt::format("/proc/{}/stat has no process name in it", pid));
  std::istringstream fields(stat.substr(name_end + 1));
  std::string state;
  fields >> state;
  std::string skipped;
  for (int i = 0; i < kFieldsBetweenStateAndStart; ++i) fields >> skipped;
  Entry entry{{pid, 0, {}}, state == "Z" || state == "X"};
  if (!(fields >> entry.process.start_ticks))
    return fail(Errc::io, fmt::format("/proc/{}/stat ends before the start time", pid));
  MUSTER_ASSIGN(entry.process.boot_id, boot_id());
  return entry;
}

}  // namespace

Result<ProcessId> identify(pid_t pid) {
  MUSTER_ASSIGN(auto entry, look_up(pid));
  if (entry.ended) return fail(Errc::not_found, fmt::format("process {} has ended", pid));
  return std::move(entry.process);
}

bool alive(const ProcessId& process) {
  const auto now = identify(process.pid);
  return now && *now == process;
}

Result<base::UniqueFd> open_process(const ProcessId& process) {
  base::UniqueFd fd(::pidfd_open(process.pid, 0));
  if (!fd)
    return fail(errno == ESRCH ? Errc::not_found : Errc::io,
                fmt::format("cannot watch process {}: {}", process.pid, std::strerror(errno)));
  // Asked after opening: from here on the descriptor cannot come to mean another process.
  if (!alive(process))
    return fail(Errc::not_found, fmt::format("process {} has ended", process.pid));
  return fd;
}

void reap(const ProcessId& process) {
  const base::UniqueFd fd(::pidfd_open(process.pid, 0));
  // Asked after opening, as above.
  const auto entry = look_up(process.pid);
  if (!fd || !entry || entry->process != process) return;
  siginfo_t info{};
  ::waitid(P_PIDFD, static_cast<id_t>(fd.get()), &info, WEXITED | WNOHANG);
}

}  // namespace muster::jobs
