#include "plugins/notifiers/xmpp/socket_guard.hpp"

#include <fcntl.h>
#include <sys/socket.h>

#include "proto/base/thread_name.hpp"

namespace muster::notifiers::xmpp {

SocketGuard::SocketGuard(std::chrono::steady_clock::time_point deadline)
    : thread_([this, deadline] { wait(deadline); }) {}

SocketGuard::~SocketGuard() {
  {
    const std::lock_guard lock(mutex_);
    done_ = true;
  }
  done_changed_.notify_all();
  thread_.join();
}

void SocketGuard::watch(int fd) {
  base::UniqueFd own(::fcntl(fd, F_DUPFD_CLOEXEC, 0));
  const std::lock_guard lock(mutex_);
  if (passed_) ::shutdown(own.get(), SHUT_RDWR);
  sockets_.push_back(std::move(own));
}

std::size_t SocketGuard::watched() const {
  const std::lock_guard lock(mutex_);
  return sockets_.size();
}

void SocketGuard::wait(std::chrono::steady_clock::time_point deadline) {
  base::name_thread("chat deadline");
  std::unique_lock lock(mutex_);
  if (done_changed_.wait_until(lock, deadline, [this] { return done_; })) return;
  passed_ = true;
  for (const auto& socket : sockets_) ::shutdown(socket.get(), SHUT_RDWR);
}

}  // namespace muster::notifiers::xmpp
