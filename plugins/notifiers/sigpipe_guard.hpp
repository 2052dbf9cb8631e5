// Keeps SIGPIPE from this thread while it writes to sockets through libraries that do not ask for
// MSG_NOSIGNAL (OpenSSL): a server that hangs up must be an error, not the end of the process.
#pragma once

#include <csignal>
#include <ctime>

namespace muster::notifiers {

class SigpipeGuard {
 public:
  SigpipeGuard() {
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  ~SigpipeGuard() {
    // What arrived meanwhile was ours (SIGPIPE goes to the writing thread): it must not strike now.
    const timespec at_once{};
    if (sigismember(&before_, SIGPIPE) == 0)
      while (::sigtimedwait(&pipe_, nullptr, &at_once) == SIGPIPE) continue;
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  SigpipeGuard(const SigpipeGuard&) = delete;
  SigpipeGuard& operator=(const SigpipeGuard&) = delete;

 private:
  sigset_t pipe_{};
  sigset_t before_{};
};

}  // namespace muster::notifiers
