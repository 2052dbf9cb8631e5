// Ends a connection at its deadline, whatever the library that uses it is waiting for: libstrophe's
// TLS handshake has no time limit of its own.
#pragma once

#include <chrono>
#include <condition_variable>
#include <thread>
#include <vector>

#include "proto/base/guarded.hpp"
#include "proto/base/unique_fd.hpp"

namespace muster::notifiers::xmpp {

// watch() may be called from any thread. The destructor joins the one thread.
class SocketGuard {
 public:
  explicit SocketGuard(std::chrono::steady_clock::time_point deadline);
  ~SocketGuard();
  SocketGuard(const SocketGuard&) = delete;
  SocketGuard& operator=(const SocketGuard&) = delete;

  // Shuts the socket down at the deadline. Keeps an own duplicate, so that the caller may close
  // `fd` at any time.
  void watch(int fd);
  // How many sockets there were: none means that no address was found to connect to.
  std::size_t watched() const;

 private:
  struct State {
    bool done = false;
    bool passed = false;
    std::vector<base::UniqueFd> sockets;
  };
  void wait(std::chrono::steady_clock::time_point deadline);

  base::Guarded<State> state_;
  std::condition_variable done_changed_;
  std::thread thread_;
};

}  // namespace muster::notifiers::xmpp
