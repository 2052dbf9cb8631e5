#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <filesystem>
#include <thread>

#include "tests/integration/transport/client.hpp"
#include "tests/support/mosquitto/mosquitto.hpp"

namespace muster::test {
namespace {

const std::string kOwn = "muster/v1/main/rep/alice/s/x";

struct Sockets {
  int to_broker = 0;
  int at_once = 0;  // of those, without Nagle's algorithm
};

// This process's connections to a port of this machine.
Sockets sockets_to(int port) {
  Sockets found;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    const int fd = std::stoi(entry.path().filename());
    sockaddr_in6 peer{};
    socklen_t size = sizeof peer;
    if (::getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &size) != 0) continue;
    if (ntohs(peer.sin6_port) != port) continue;  // where an IPv4 address has its port, too
    ++found.to_broker;
    int on = 0;
    size = sizeof on;
    ::getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, &size);
    found.at_once += on;
  }
  return found;
}

// An acknowledgement and a message behind it are two small writes: the second would wait for 44 ms.
TEST(LatencyTest, NothingWaitsForAcknowledgementsOfTcp) {
  const TestPki pki;
  const Mosquitto mosquitto(pki);
  Client op(mosquitto.as_operator());
  ASSERT_TRUE(op.listen(kOwn));
  ASSERT_TRUE(op->publish(kOwn, "x", {}));
  ASSERT_TRUE(op.hears(kOwn, "x"));
  const auto sockets = sockets_to(mosquitto.config().operators_port);
  EXPECT_EQ(sockets.to_broker, 1);
  EXPECT_EQ(sockets.at_once, 1);
}

// The options are set while a connection is made: also when it is made again, on another socket.
TEST(LatencyTest, NorDoesItOnALinkThatWasMadeAgain) {
  const TestPki pki;
  Mosquitto mosquitto(pki);
  Client op(mosquitto.as_operator());
  ASSERT_TRUE(op) << op.error().message;
  mosquitto.kill();
  ASSERT_TRUE(op.sees(2, transport::LinkState::lost));
  mosquitto.start();
  ASSERT_TRUE(op.sees(3, transport::LinkState::connected));
  const auto sockets = sockets_to(mosquitto.config().operators_port);
  EXPECT_EQ(sockets.to_broker, 1);
  EXPECT_EQ(sockets.at_once, 1);
}

// Paho waits 100 ms after each second of silence; proto/transport/mqtt/paho_waits takes that away.
TEST(LatencyTest, AMessageAfterSilenceIsAsFastAsAnyOther) {
  const TestPki pki;
  const Mosquitto mosquitto(pki);
  Client op(mosquitto.as_operator());
  ASSERT_TRUE(op.listen(kOwn));
  std::vector<double> times_ms;
  for (int i = 0; i < 5; ++i) {
    // Not to synchronise: the silence is what is tested.
    std::this_thread::sleep_for(std::chrono::milliseconds(1'030));
    const auto before = std::chrono::steady_clock::now();
    ASSERT_TRUE(op->publish(kOwn, std::to_string(i), {}));
    while (!op.has_heard(kOwn, std::to_string(i))) std::this_thread::yield();
    times_ms.push_back(
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - before)
            .count());
  }
  // With the wait each of the five takes 50 ms or more.
  std::sort(times_ms.begin(), times_ms.end());
  EXPECT_LT(times_ms[2], 30.0);
}

}  // namespace
}  // namespace muster::test
