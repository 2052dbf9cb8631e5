#include "plugins/notifiers/xmpp/socket_guard.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>

namespace muster::notifiers::xmpp {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

struct Pair {
  Pair() {
    int fds[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) != 0) std::abort();
    ours = base::UniqueFd(fds[0]);
    theirs = base::UniqueFd(fds[1]);
  }
  base::UniqueFd ours, theirs;
};

TEST(SocketGuardTest, EndsAReadThatWouldWaitForEver) {
  const Pair pair;
  SocketGuard guard(steady_clock::now() + milliseconds(50));
  guard.watch(pair.ours.get());
  char byte = 0;
  EXPECT_EQ(::recv(pair.ours.get(), &byte, 1, 0), 0);
}

TEST(SocketGuardTest, ASocketThatComesTooLateIsEndedAsWell) {
  const Pair first, late;
  SocketGuard guard(steady_clock::now());
  guard.watch(first.ours.get());
  char byte = 0;
  EXPECT_EQ(::recv(first.ours.get(), &byte, 1, 0), 0);
  guard.watch(late.ours.get());
  EXPECT_EQ(::recv(late.ours.get(), &byte, 1, 0), 0);
}

TEST(SocketGuardTest, LeavesASocketAloneThatIsDoneInTime) {
  const Pair pair;
  {
    SocketGuard guard(steady_clock::now() + std::chrono::hours(1));
    guard.watch(pair.ours.get());
    EXPECT_EQ(guard.watched(), 1U);
  }
  ASSERT_EQ(::send(pair.theirs.get(), "x", 1, MSG_NOSIGNAL), 1);
  char byte = 0;
  EXPECT_EQ(::recv(pair.ours.get(), &byte, 1, 0), 1);
}

}  // namespace
}  // namespace muster::notifiers::xmpp
