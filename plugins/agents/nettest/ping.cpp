#include "plugins/agents/nettest/ping.hpp"

#include <fmt/format.h>
#include <netinet/icmp6.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "proto/base/encoding.hpp"
#include "proto/base/unique_fd.hpp"

namespace muster::plugins::nettest {
namespace {

constexpr std::size_t kCookieBytes = 16;

// The same layout for both families: type, code, checksum, id, sequence; then what tells our
// answers from others' on a raw socket.
struct Echo {
  std::uint8_t type = 0;
  std::uint8_t code = 0;
  std::uint16_t checksum = 0;
  std::uint16_t id = 0;
  std::uint16_t sequence = 0;
  std::array<char, kCookieBytes> cookie{};
};
static_assert(sizeof(Echo) == 8 + kCookieBytes);

class Pinger {
 public:
  explicit Pinger(const Address& address) : address_(address) {
    const auto bytes = base::random_bytes(kCookieBytes);
    std::copy(bytes.begin(), bytes.end(), cookie_.begin());
  }

  Status open() {
    const int protocol = v6() ? static_cast<int>(IPPROTO_ICMPV6) : static_cast<int>(IPPROTO_ICMP);
    for (const int type : {SOCK_DGRAM, SOCK_RAW}) {
      fd_ = base::UniqueFd(
          ::socket(address_.family(), type | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol));
      raw_ = type == SOCK_RAW;
      if (fd_) return {};
    }
    return fail(Errc::refused,
                "this agent may not send ICMP: it needs CAP_NET_RAW, or its group in "
                "net.ipv4.ping_group_range");
  }

  Status send(int sequence) {
    Echo echo;
    echo.type = v6() ? static_cast<std::uint8_t>(ICMP6_ECHO_REQUEST) : std::uint8_t{ICMP_ECHO};
    echo.sequence = htons(static_cast<std::uint16_t>(sequence));
    echo.cookie = cookie_;
    if (!v6()) echo.checksum = internet_checksum(&echo, sizeof echo);  // of v6 the kernel's
    if (::sendto(fd_.get(), &echo, sizeof echo, 0, address_.get(), address_.length) >= 0) return {};
    return fail(Errc::unavailable,
                fmt::format("cannot send to {}: {}", address_.text(), std::strerror(errno)));
  }

  // The sequence number of an answer that came by then; nothing at `until`.
  std::optional<int> receive(Steady::time_point until) const {
    for (;;) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Steady::now()).count();
      pollfd waiting{fd_.get(), POLLIN, 0};
      const int ready =
          ::poll(&waiting, 1, static_cast<int>(std::clamp<std::int64_t>(left, 0, 60'000)));
      if (ready > 0) {
        if (const auto sequence = read_one()) return sequence;
      } else if (left <= 0) {
        return std::nullopt;
      }
    }
  }

 private:
  bool v6() const { return address_.family() == AF_INET6; }

  std::optional<int> read_one() const {
    std::array<unsigned char, 2048> packet{};
    const auto got = ::recv(fd_.get(), packet.data(), packet.size(), 0);
    if (got <= 0) return std::nullopt;
    std::size_t header = 0;
    // A raw IPv4 socket gives the IP header as well.
    if (raw_ && !v6()) header = std::size_t{4} * (packet[0] & 0x0FU);
    Echo echo;
    if (static_cast<std::size_t>(got) < header + sizeof echo) return std::nullopt;
    std::memcpy(&echo, packet.data() + header, sizeof echo);
    const auto wanted =
        v6() ? static_cast<std::uint8_t>(ICMP6_ECHO_REPLY) : std::uint8_t{ICMP_ECHOREPLY};
    if (echo.type != wanted || echo.cookie != cookie_) return std::nullopt;
    return ntohs(echo.sequence);
  }

  const Address& address_;
  std::array<char, kCookieBytes> cookie_{};
  base::UniqueFd fd_;
  bool raw_ = false;
};

}  // namespace

std::uint16_t internet_checksum(const void* bytes, std::size_t length) {
  const auto* at = static_cast<const unsigned char*>(bytes);
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i + 1 < length; i += 2)
    sum += static_cast<std::uint32_t>(at[i] << 8U | at[i + 1]);
  if (length % 2 == 1) sum += static_cast<std::uint32_t>(at[length - 1] << 8U);
  while (sum >> 16U != 0) sum = (sum & 0xFFFFU) + (sum >> 16U);
  return htons(static_cast<std::uint16_t>(~sum & 0xFFFFU));
}

Result<Pinged> ping(const Address& address, int count, Steady::time_point deadline) {
  Pinger pinger(address);
  MUSTER_TRY(pinger.open());
  Pinged result;
  std::vector<Steady::time_point> sent_at(static_cast<std::size_t>(count));
  std::vector<bool> answered(sent_at.size());
  auto next = Steady::now();
  while (static_cast<int>(result.rtt_ms.size()) < count && Steady::now() < deadline) {
    if (result.sent < count && Steady::now() >= next) {
      sent_at[static_cast<std::size_t>(result.sent)] = Steady::now();
      MUSTER_TRY(pinger.send(result.sent));
      ++result.sent;
      next += kPingInterval;
    }
    const auto sequence = pinger.receive(result.sent < count ? std::min(next, deadline) : deadline);
    if (!sequence || *sequence < 0 || *sequence >= result.sent) continue;
    const auto index = static_cast<std::size_t>(*sequence);
    if (answered[index]) continue;
    answered[index] = true;
    result.rtt_ms.push_back(milliseconds_since(sent_at[index]));
  }
  return result;
}

}  // namespace muster::plugins::nettest
