#include "plugins/notifiers/xmpp/socket_guard.hpp"

#include <fcntl.h>
#include <sys/socket.h>

#include "proto/base/thread_name.hpp"

namespace muster::notifiers::xmpp {

SocketGuard::SocketGuard(std::chrono::steady_clock::time_point deadline)
    : thread_([this, deadline] { wait(deadline); }) {}

SocketGuard::~SocketGuard() {
  state_.with_lock([](State& state) { state.done = true; });
  done_changed_.notify_all();
  thread_.join();
}

void SocketGuard::watch(int fd) {
  base::UniqueFd own(::fcntl(fd, F_DUPFD_CLOEXEC, 0));
  const base::Locked state(state_);
  if (state->passed) ::shutdown(own.get(), SHUT_RDWR);
  state->sockets.push_back(std::move(own));
}

std::size_t SocketGuard::watched() const {
  return base::Locked(state_)->sockets.size();
}

void SocketGuard::wait(std::chrono::steady_clock::time_point deadline) {
  base::name_thread("chat deadline");
  base::Locked state(state_);
  if (state.wait_until(done_changed_, deadline, [&] { return state->done; })) return;
  state->passed = true;
  for (const auto& socket : state->sockets) ::shutdown(socket.get(), SHUT_RDWR);
}

}  // namespace muster::notifiers::xmpp
