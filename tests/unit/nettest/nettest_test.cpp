// Real sockets on the loopback.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "plugins/agents/nettest/connect.hpp"
#include "plugins/agents/nettest/nettest_agent.hpp"
#include "plugins/agents/nettest/ping.hpp"
#include "proto/base/unique_fd.hpp"
#include "proto/ddl/texts.hpp"
#include "tests/support/node/test_node.hpp"

namespace muster::plugins::nettest {
namespace {

using testing::HasSubstr;

// A port of 127.0.0.1 that listens, or one that nobody does.
class Port {
 public:
  explicit Port(bool listens) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(fd_.get(), reinterpret_cast<sockaddr*>(&address), size) != 0)
      throw std::runtime_error("cannot bind");
    if (listens && ::listen(fd_.get(), 1) != 0) throw std::runtime_error("cannot listen");
    ::getsockname(fd_.get(), reinterpret_cast<sockaddr*>(&address), &size);
    number_ = ntohs(address.sin_port);
  }
  int number() const { return number_; }

 private:
  base::UniqueFd fd_;
  int number_ = 0;
};

class NettestTest : public testing::Test {
 protected:
  ActionReply call(const std::string& action, const Value& inputs) {
    const auto checked = ddl::check_inputs(agent_.ddl(), action, inputs);
    if (!checked) return ActionReply::failed(checked.error());
    return agent_.handle(test::request_of(action, *checked));
  }

  base::SystemClock clock_;
  test::TestNode node_{"web1", clock_};
  NettestAgent agent_{ddl::built_in("nettest").value(), node_};
};

TEST_F(NettestTest, APortThatListensIsConnectedTo) {
  const Port port(true);
  const auto reply = call("connect", {{"fqdn", "127.0.0.1"}, {"port", port.number()}});
  EXPECT_EQ(reply.status, 0) << reply.message;
  EXPECT_EQ(reply.data["connect"], true);
  EXPECT_EQ(reply.data["connect_status"], "Connected");
  EXPECT_EQ(reply.data["address"], "127.0.0.1");
  EXPECT_GT(reply.data["connect_time"], 0.0);
}

TEST_F(NettestTest, APortThatDoesNotSaysWhy) {
  const Port port(false);
  const auto reply = call("connect", {{"fqdn", "127.0.0.1"}, {"port", port.number()}});
  EXPECT_EQ(reply.status, 1);
  EXPECT_EQ(reply.data["connect"], false);
  EXPECT_EQ(reply.data["connect_status"], "Connection refused");
  EXPECT_THAT(reply.message, HasSubstr("cannot connect to 127.0.0.1 port"));
}

TEST_F(NettestTest, WhoDoesNotAnswerIsWaitedForUntilTheDeadlineAndNoLonger) {
  // The backlog of this socket is full, so that further connections are left without an answer.
  const Port port(true);
  auto addresses = resolve("127.0.0.1", AF_INET).value();
  addresses.front().set_port(static_cast<std::uint16_t>(port.number()));
  std::vector<base::UniqueFd> waiting;
  for (int i = 0; i < 8; ++i) {
    waiting.emplace_back(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
    static_cast<void>(
        ::connect(waiting.back().get(), addresses.front().get(), addresses.front().length));
  }
  const auto start = Steady::now();
  const auto result = connect_to(addresses, static_cast<std::uint16_t>(port.number()),
                                 start + std::chrono::milliseconds(300));
  EXPECT_FALSE(result.connected);
  EXPECT_EQ(result.status, "Connection timed out");
  EXPECT_GE(milliseconds_since(start), 299);
}

TEST_F(NettestTest, NamesThatAreNoneSaySo) {
  for (const char* action : {"connect", "ping", "resolve"}) {
    Value inputs{{"fqdn", "no-such-host.invalid"}};
    if (std::string_view(action) == "connect") inputs["port"] = 22;
    const auto reply = call(action, inputs);
    EXPECT_NE(reply.status, 0);
    EXPECT_THAT(reply.message, HasSubstr("'no-such-host.invalid' has no address: ")) << action;
  }
  EXPECT_EQ(call("resolve", {{"fqdn", "a b"}}).status, 4);
}

TEST_F(NettestTest, ResolveGivesTheAddressesOfAFamily) {
  EXPECT_EQ(call("resolve", {{"fqdn", "127.0.0.1"}}).data["addresses"],
            Value::array({"127.0.0.1"}));
  EXPECT_EQ(call("resolve", {{"fqdn", "::1"}, {"family", "ipv6"}}).data["addresses"],
            Value::array({"::1"}));
  EXPECT_THAT(call("resolve", {{"fqdn", "::1"}, {"family", "ipv4"}}).message,
              HasSubstr("'::1' has no IPv4 address"));
}

TEST_F(NettestTest, PingMeasuresOrSaysWhatIsMissing) {
  const auto reply = call("ping", {{"fqdn", "127.0.0.1"}, {"count", 3}});
  if (::geteuid() != 0 && reply.status != 0) {
    EXPECT_THAT(reply.message, HasSubstr("CAP_NET_RAW"));
    return;
  }
  ASSERT_EQ(reply.status, 0) << reply.message;
  EXPECT_EQ(reply.data["sent"], 3);
  EXPECT_EQ(reply.data["received"], 3);
  EXPECT_GT(reply.data["rtt"], 0.0);
  EXPECT_LE(reply.data["rtt_min"], reply.data["rtt"]);
  EXPECT_GE(reply.data["rtt_max"], reply.data["rtt"]);
}

TEST_F(NettestTest, WhereNoPacketMayGoPingSaysSo) {
  if (::geteuid() != 0) GTEST_SKIP() << "ICMP needs root here";
  const auto reply = call("ping", {{"fqdn", "255.255.255.255"}, {"timeout", 1}});
  EXPECT_NE(reply.status, 0);
  EXPECT_THAT(reply.message, HasSubstr("cannot send to 255.255.255.255: "));
}

TEST_F(NettestTest, NobodyIsPingedPastTheDeadline) {
  if (::geteuid() != 0) GTEST_SKIP() << "ICMP needs root here";
  const auto addresses = resolve("127.0.0.1", AF_INET).value();
  const auto pinged = ping(addresses.front(), 20, Steady::now() + std::chrono::milliseconds(300));
  ASSERT_TRUE(pinged);
  EXPECT_GE(pinged->sent, 1);
  EXPECT_LE(pinged->sent, 3) << "they are 200 ms apart";
}

TEST_F(NettestTest, LimitsAreTold) {
  EXPECT_THAT(call("connect", {{"fqdn", "::1"}, {"port", 0}}).message,
              HasSubstr("port must be 1 to 65535"));
  EXPECT_THAT(call("ping", {{"fqdn", "::1"}, {"count", 21}}).message,
              HasSubstr("count must be 1 to 20"));
  EXPECT_THAT(call("ping", {{"fqdn", "::1"}, {"timeout", 46}}).message,
              HasSubstr("timeout must be 1 to 45"));
}

TEST(ChecksumTest, IsThatOfRfc1071) {
  const unsigned char bytes[] = {0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7};
  EXPECT_EQ(ntohs(internet_checksum(bytes, sizeof bytes)), 0x220d);
  EXPECT_EQ(ntohs(internet_checksum(bytes, 3)), static_cast<std::uint16_t>(~0xf201));
}

}  // namespace
}  // namespace muster::plugins::nettest
