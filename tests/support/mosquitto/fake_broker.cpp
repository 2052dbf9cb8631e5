#include "tests/support/mosquitto/fake_broker.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <optional>
#include <stdexcept>
#include <string_view>

namespace muster::test {
namespace {

using namespace std::string_view_literals;

bool send_all(int fd, std::string_view bytes) {
  return ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size());
}

// True when `fd` can be read before `stop` is raised.
bool readable(int fd, int stop) {
  pollfd both[] = {{fd, POLLIN, 0}, {stop, POLLIN, 0}};
  return ::poll(both, 2, -1) > 0 && both[1].revents == 0;
}

std::optional<std::string> read_exactly(int fd, int stop, std::size_t count) {
  std::string bytes(count, '\0');
  for (std::size_t done = 0; done < count;) {
    if (!readable(fd, stop)) return std::nullopt;
    const auto n = ::recv(fd, bytes.data() + done, count - done, 0);
    if (n <= 0) return std::nullopt;
    done += static_cast<std::size_t>(n);
  }
  return bytes;
}

// MQTT's variable byte integer (1.5.5).
std::optional<std::size_t> read_length(int fd, int stop) {
  std::size_t length = 0;
  for (unsigned shift = 0; shift < 28; shift += 7) {
    const auto byte = read_exactly(fd, stop, 1);
    if (!byte) return std::nullopt;
    const auto value = static_cast<unsigned char>(byte->front());
    length |= static_cast<std::size_t>(value & 0x7f) << shift;
    if ((value & 0x80) == 0) return length;
  }
  return std::nullopt;
}

}  // namespace

FakeBroker::FakeBroker(OnV5 on_v5, bool refuse_subscriptions)
    : on_v5_(on_v5),
      refuse_subscriptions_(refuse_subscriptions),
      listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)),
      stop_(::eventfd(0, EFD_CLOEXEC)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener_.get(), generic, size) != 0 || ::listen(listener_.get(), 16) != 0 ||
      ::getsockname(listener_.get(), generic, &size) != 0)
    throw std::runtime_error("the fake broker cannot listen");
  port_ = ::ntohs(address.sin_port);
  worker_ = std::thread([this] { work(); });
}

FakeBroker::~FakeBroker() {
  ::eventfd_write(stop_.get(), 1);
  worker_.join();
}

void FakeBroker::work() {
  while (readable(listener_.get(), stop_.get())) {
    const base::UniqueFd client(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (client) serve(client.get());
  }
}

void FakeBroker::serve(int client) {
  while (true) {
    const auto header = read_exactly(client, stop_.get(), 1);
    if (!header) return;
    const auto length = read_length(client, stop_.get());
    if (!length) return;
    const auto body = read_exactly(client, stop_.get(), *length);
    if (!body || !answer(client, static_cast<std::uint8_t>(header->front()), *body)) return;
  }
}

bool FakeBroker::connect(int client, const std::string& body) {
  v5_ = body.at(6) == 5;  // the protocol's name takes the six bytes before its level
  ++(v5_ ? connects_v5_ : connects_v311_);
  if (!v5_) return send_all(client, "\x20\x02\x00\x00"sv);
  switch (on_v5_) {
    case OnV5::accept:
      return send_all(client, "\x20\x03\x00\x00\x00"sv);
    case OnV5::return_code_1:
      send_all(client, "\x20\x02\x00\x01"sv);
      return false;
    case OnV5::reason_84:
      send_all(client, "\x20\x03\x00\x84\x00"sv);
      return false;
    case OnV5::hang_up:
      return false;
  }
  return false;
}

bool FakeBroker::answer(int client, std::uint8_t header, const std::string& body) {
  const std::string end = v5_ ? std::string(1, '\0') : "";  // no properties
  const auto reply = [&](char type, const std::string& content) {
    return send_all(client, std::string{type, static_cast<char>(content.size())} + content);
  };
  switch (header >> 4) {
    case 1:
      return connect(client, body);
    case 3: {  // PUBLISH: acknowledged, and sent back as QoS 0
      const auto topic = static_cast<std::size_t>(static_cast<unsigned char>(body[0]) << 8 |
                                                  static_cast<unsigned char>(body[1])) +
                         2;
      const bool acknowledge = (header & 0x06) != 0;
      if (acknowledge && !reply('\x40', body.substr(topic, 2))) return false;
      return reply('\x30', body.substr(0, topic) + body.substr(topic + (acknowledge ? 2 : 0)));
    }
    case 8: {
      const char verdict = !refuse_subscriptions_ ? '\x01' : v5_ ? '\x87' : '\x80';
      return reply('\x90', body.substr(0, 2) + end + verdict);
    }
    case 10:
      return reply('\xb0', body.substr(0, 2) + (v5_ ? end + '\0' : ""));
    case 12:
      return send_all(client, "\xd0\x00"sv);
    case 14:
      return false;
    default:
      return true;
  }
}

}  // namespace muster::test
