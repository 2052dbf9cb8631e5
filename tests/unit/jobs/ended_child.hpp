// A child of the test that has ended, and whether somebody has fetched it.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "node-agent/jobs/process_id.hpp"

namespace muster::jobs {

// Named while it was alive; a zombie by now.
inline ProcessId ended_child() {
  const pid_t child = ::fork();
  if (child == 0)
    for (;;) ::pause();
  const auto process = identify(child);
  ::kill(child, SIGKILL);
  siginfo_t info{};
  ::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT);
  return process.value();
}

// Fetches it, when nobody else did.
inline bool was_reaped(const ProcessId& process) {
  return ::waitpid(process.pid, nullptr, WNOHANG) < 0 && errno == ECHILD;
}

}  // namespace muster::jobs
