// libmosquitto makes a pair of sockets for each client, to wake the thread that select()s on them: two descriptors more, and a
// byte written with each message that nobody reads from an external loop. It goes on without them when it gets none, so it is
// given none: 10,000 clients fit under a limit of 20,000 descriptors then.
#pragma once

namespace muster::swarm {

// While one lives, socketpair(2) fails on this thread as if there were no descriptors. Other threads notice nothing.
class NoSocketPair {
 public:
  NoSocketPair();
  ~NoSocketPair();
  NoSocketPair(const NoSocketPair&) = delete;
  NoSocketPair& operator=(const NoSocketPair&) = delete;
};

}  // namespace muster::swarm
