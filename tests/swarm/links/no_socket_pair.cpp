#include "tests/swarm/links/no_socket_pair.hpp"

#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

namespace muster::swarm {
namespace {

thread_local bool withheld = false;

}  // namespace

NoSocketPair::NoSocketPair() {
  withheld = true;
}
NoSocketPair::~NoSocketPair() {
  withheld = false;
}

}  // namespace muster::swarm

// The program's own comes before the C library's, for shared libraries too.
extern "C" int socketpair(int domain, int type, int protocol, int* both) noexcept {
  if (muster::swarm::withheld) {
    errno = EMFILE;
    return -1;
  }
  return static_cast<int>(::syscall(SYS_socketpair, domain, type, protocol, both));
}
