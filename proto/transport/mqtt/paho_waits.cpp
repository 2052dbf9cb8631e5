#include "proto/transport/mqtt/paho_waits.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <string_view>
#include <utility>
#include <vector>

// The names that Paho's shared library binds to. Under names of their own in C++, for the headers
// have these.
extern "C" int muster_poll(pollfd* sockets, nfds_t count, int timeout_ms) __asm__("poll");
extern "C" int muster_usleep(useconds_t microseconds) __asm__("usleep");

namespace muster::transport::mqtt {
namespace {

constexpr int kHurryMs = 1;
// How often a destroyer looks at short intervals; Paho gives up after 100 looks, so the later ones
// are its own.
constexpr int kShortNaps = 50;

std::atomic<int> hurries{0};
thread_local int own_hurries = 0;
thread_local int own_naps = 0;

// Of the receiving thread: how its last wait for sockets ended.
enum class Last { none, silence, sockets };
thread_local Last last_poll = Last::none;

bool is_receiver() {
  thread_local const bool receiver = [] {
    char name[16] = {};
    return ::pthread_getname_np(::pthread_self(), name, sizeof name) == 0 &&
           std::string_view(name) == "MQTTAsync_rcv";
  }();
  return receiver;
}

int plain_poll(pollfd* sockets, nfds_t count, int timeout_ms) {
  const timespec time{timeout_ms / 1'000, timeout_ms % 1'000 * 1'000'000L};
  return ::ppoll(sockets, count, timeout_ms < 0 ? nullptr : &time, nullptr);
}

void nap(useconds_t microseconds) {
  timespec left{microseconds / 1'000'000, microseconds % 1'000'000 * 1'000L};
  ::nanosleep(&left, nullptr);
}

// Raised by whoever starts to hurry, so that a wait under way ends.
int bell() {
  static const int fd = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  return fd;
}

// As poll(2), but the bell ends it as if the time were over.
int poll_with_bell(pollfd* sockets, nfds_t count, int timeout_ms) {
  thread_local std::vector<pollfd> all;
  all.assign(sockets, sockets + count);
  all.push_back({bell(), POLLIN, 0});
  const int ready = plain_poll(all.data(), all.size(), timeout_ms);
  if (ready <= 0) return ready;
  std::copy_n(all.begin(), count, sockets);
  if (all.back().revents == 0) return ready;
  eventfd_t rings = 0;
  ::eventfd_read(bell(), &rings);
  return ready - 1;
}

// An acknowledgement and the reply behind it are two small writes: with Nagle's algorithm the
// second waits for up to 44 ms.
void send_at_once(const pollfd* sockets, nfds_t count) {
  constexpr int kOn = 1;
  // A request to each of a hundred nodes goes out at once: what does not fit is written a second later.
  constexpr int kSendBufferBytes = 1024 * 1024;
  for (nfds_t i = 0; i < count; ++i) {
    ::setsockopt(sockets[i].fd, IPPROTO_TCP, TCP_NODELAY, &kOn, sizeof kOn);
    ::setsockopt(sockets[i].fd, SOL_SOCKET, SO_SNDBUF, &kSendBufferBytes, sizeof kSendBufferBytes);
  }
}

// A connection is made under a PahoHurry, and what the broker answers to it comes through here: no socket is missed.
int hurried_poll(pollfd* sockets, nfds_t count, int timeout_ms) {
  send_at_once(sockets, count);
  return plain_poll(sockets, count, std::min(timeout_ms, kHurryMs));
}

int receiver_poll(pollfd* sockets, nfds_t count, int timeout_ms) {
  const int ready = hurries > 0 ? hurried_poll(sockets, count, timeout_ms)
                                : poll_with_bell(sockets, count, timeout_ms);
  last_poll = ready == 0 ? Last::silence : Last::sockets;
  return ready;
}

void receiver_sleep(useconds_t microseconds) {
  switch (std::exchange(last_poll, Last::none)) {
    case Last::silence:
      return;  // it has waited in poll, and can wait there again
    // Something is to be read, but Paho first wants to get rid of what it has to write.
    case Last::sockets:
      return nap(kHurryMs * 1'000);
    case Last::none:
      break;
  }
  if (hurries > 0) return nap(kHurryMs * 1'000);
  poll_with_bell(nullptr, 0, static_cast<int>(microseconds / 1'000));
}

}  // namespace

PahoHurry::PahoHurry() {
  ++own_hurries;
  own_naps = 0;
  ++hurries;
  ::eventfd_write(bell(), 1);
}

PahoHurry::~PahoHurry() {
  --own_hurries;
  --hurries;
}

}  // namespace muster::transport::mqtt

using namespace muster::transport::mqtt;

int muster_poll(pollfd* sockets, nfds_t count, int timeout_ms) {
  return timeout_ms > 0 && is_receiver() ? receiver_poll(sockets, count, timeout_ms)
                                         : plain_poll(sockets, count, timeout_ms);
}

int muster_usleep(useconds_t microseconds) {
  if (is_receiver()) {
    receiver_sleep(microseconds);
    return 0;
  }
  const bool hurried = own_hurries > 0 && own_naps < kShortNaps;
  if (hurried) ++own_naps;
  nap(hurried ? kHurryMs * 1'000 : microseconds);
  return 0;
}
