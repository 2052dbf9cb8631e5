#include "plugins/agents/process/signals.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <strings.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "proto/base/unique_fd.hpp"

namespace muster::plugins::process {
namespace {

struct Name {
  std::string_view name;
  int number;
};
constexpr std::array kSignals{Name{"HUP", SIGHUP},    Name{"INT", SIGINT},   Name{"QUIT", SIGQUIT},
                              Name{"ABRT", SIGABRT},  Name{"KILL", SIGKILL}, Name{"USR1", SIGUSR1},
                              Name{"USR2", SIGUSR2},  Name{"TERM", SIGTERM}, Name{"STOP", SIGSTOP},
                              Name{"CONT", SIGCONT},  Name{"TSTP", SIGTSTP}, Name{"ALRM", SIGALRM},
                              Name{"WINCH", SIGWINCH}};

constexpr pid_t kInit = 1;
constexpr pid_t kKernel = 2;  // the parent of all kernel threads

Error not_signalled(pid_t pid, int number) {
  if (number == ESRCH) return {Errc::not_found, fmt::format("process {} has ended", pid)};
  return {number == EPERM ? Errc::refused : Errc::io,
          fmt::format("cannot signal process {}: {}", pid, std::strerror(number))};
}

}  // namespace

std::optional<int> signal_number(std::string_view name) {
  if (name.size() > 3 && ::strncasecmp(name.data(), "SIG", 3) == 0) name.remove_prefix(3);
  for (const auto& signal : kSignals)
    if (name.size() == signal.name.size() &&
        ::strncasecmp(name.data(), signal.name.data(), name.size()) == 0)
      return signal.number;
  return std::nullopt;
}

std::string_view why_spared(const Process& process) {
  if (process.pid <= kInit) return "it is init";
  // In a container pid 2 is anybody; a kernel thread has no memory of its own either.
  if ((process.pid == kKernel || process.ppid == kKernel) && process.vsize_bytes == 0 &&
      process.state != 'Z')
    return "it is a kernel thread";
  if (process.pid == ::getpid()) return "it is this agent itself";
  return "";
}

Status send_signal(const Process& process, int signal) {
  if (const auto why = why_spared(process); !why.empty())
    return fail(Errc::refused, fmt::format("process {} is sent no signal: {}", process.pid, why));
  const base::UniqueFd fd(static_cast<int>(::syscall(SYS_pidfd_open, process.pid, 0)));
  if (!fd) return fail(not_signalled(process.pid, errno));
  // Looked at after opening: from here on the descriptor cannot come to mean another process.
  const auto now = find_process(process.pid);
  if (!now || now->start_ticks != process.start_ticks)
    return fail(not_signalled(process.pid, ESRCH));
  if (::syscall(SYS_pidfd_send_signal, fd.get(), signal, nullptr, 0) == 0) return {};
  return fail(not_signalled(process.pid, errno));
}

Signalled signal_all(const std::vector<Process>& processes, int signal) {
  Signalled out;
  for (const auto& process : processes) {
    const auto sent = send_signal(process, signal);
    if (sent)
      out.pids.push_back(process.pid);
    else if (sent.error().code != Errc::not_found)
      out.failed.emplace_back(process.pid, sent.error());
  }
  return out;
}

}  // namespace muster::plugins::process
