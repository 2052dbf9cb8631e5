// Links of a swarm at a real Mosquitto, with the listeners and access lists of `muster broker config`.
#include "tests/swarm/links/swarm_links.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <deque>
#include <filesystem>
#include <fstream>

#include "tests/integration/swarm/peers.hpp"

namespace muster::swarm {
namespace {

using test::Peer;
using transport::LinkState;
using transport::PublishOptions;
using transport::Qos;

constexpr auto kCall = "muster/v1/main/req/agent/rpcutil/alice";

std::string presence_of(const std::string& identity) {
  return "muster/v1/main/presence/" + identity;
}

class SwarmLinksTest : public testing::Test {
 protected:
  LinksOptions options() const {
    LinksOptions options;
    options.host = "localhost";
    options.ca_file = pki_.folder() / "root.pem";
    options.backoff_first = std::chrono::milliseconds(20);
    options.backoff_most = std::chrono::milliseconds(500);
    return options;
  }
  LinkSettings node(const std::string& identity) {
    pairs_.push_back(pki_.puppet_ca().issue_node(identity));
    return {identity, broker_.config().nodes_port, &pairs_.back(), "", "", {}};
  }
  LinkSettings alice() const {
    return {"alice", broker_.config().operators_port, &pki_.operator_(), "", "", {}};
  }
  static std::size_t descriptors() {
    const std::filesystem::directory_iterator all("/proc/self/fd");
    return static_cast<std::size_t>(std::distance(begin(all), end(all)));
  }

  test::TestPki pki_;
  test::Mosquitto broker_{pki_};
  std::deque<Pair> pairs_;
};

TEST_F(SwarmLinksTest, FiveHundredNodesHearACallAndComeBackAfterTheBrokersDeath) {
  constexpr std::size_t kNodes = 500;
  test::Peers swarm(options());
  const auto before = descriptors();
  for (std::size_t i = 0; i < kNodes; ++i)
    swarm.add(node(fmt::format("node{}", i))).link->connect();
  ASSERT_TRUE(swarm.all([](const Peer& peer) { return peer.link->up(); }));
  EXPECT_EQ(descriptors(), before + kNodes) << "one a link";
  for (auto& peer : swarm.peers())
    ASSERT_TRUE(peer.link->subscribe({"muster/v1/main/req/agent/+/+"}, Qos::at_least_once));
  ASSERT_TRUE(swarm.all([](const Peer& peer) { return peer.grants == std::vector{true}; }));

  test::Peers operators(options());
  auto& alice = operators.add(this->alice());
  alice.link->connect();
  ASSERT_TRUE(operators.all([](const Peer& peer) { return peer.link->up(); }));
  ASSERT_TRUE(alice.link->publish(kCall, "first", {}));
  ASSERT_TRUE(swarm.all([](const Peer& peer) { return peer.heard.size() == 1; }));

  broker_.kill();
  ASSERT_TRUE(swarm.all([](const Peer& peer) { return !peer.link->up(); }));
  EXPECT_EQ(swarm.links().counts().up, 0U);
  broker_.start();
  ASSERT_TRUE(swarm.all([](const Peer& peer) {
    return peer.states == std::vector{LinkState::connected, LinkState::lost, LinkState::connected};
  }));
  EXPECT_EQ(swarm.links().counts().up, kNodes);
  ASSERT_TRUE(operators.all([](const Peer& peer) { return peer.states.size() == 3; }));
  ASSERT_TRUE(alice.link->publish(kCall, "second", {}));
  ASSERT_TRUE(swarm.all([](const Peer& peer) { return peer.heard.size() == 2; }));
  EXPECT_EQ(swarm.peers().front().heard.back().payload, "second");
}

TEST_F(SwarmLinksTest, NoMoreHandshakesAtOnceThanIsSaid) {
  auto few = options();
  few.connecting_max = 3;
  test::Peers swarm(few);
  for (int i = 0; i < 30; ++i) swarm.add(node(fmt::format("node{}", i))).link->connect();
  std::size_t most = 0;
  ASSERT_TRUE(swarm.wait_until([&] {
    most = std::max(most, swarm.links().counts().connecting);
    return swarm.links().counts().up == 30;
  }));
  EXPECT_LE(most, 3U);
  EXPECT_EQ(swarm.links().counts().accepted, 30U);
}

TEST_F(SwarmLinksTest, AWillSpeaksForWhoeverGoesWithoutAFarewell) {
  test::Peers swarm(options());
  auto& alice = swarm.add(this->alice());
  auto& crash = swarm.add([&] {
    auto settings = node("crash");
    settings.will = Will{presence_of("crash"), "gone", false};
    return settings;
  }());
  auto& leaver = swarm.add([&] {
    auto settings = node("leaver");
    settings.will = Will{presence_of("leaver"), "gone", false};
    return settings;
  }());
  for (auto& peer : swarm.peers()) peer.link->connect();
  ASSERT_TRUE(swarm.all([](const Peer& peer) { return peer.link->up(); }));
  ASSERT_TRUE(alice.link->subscribe({"muster/v1/main/presence/+"}, Qos::at_least_once));
  ASSERT_TRUE(swarm.wait_until([&] { return !alice.grants.empty(); }));

  ASSERT_TRUE(leaver.link->publish(presence_of("leaver"), "farewell", {}));
  leaver.link->leave();
  ASSERT_TRUE(swarm.wait_until([&] { return leaver.left; }));
  crash.link.reset();
  ASSERT_TRUE(swarm.wait_until([&] { return alice.heard.size() == 2; }));
  EXPECT_EQ(alice.heard[0].payload, "farewell");
  EXPECT_EQ(alice.heard[1].topic, presence_of("crash"));
}

TEST_F(SwarmLinksTest, WhatIsRetainedIsHeardUntilItExpires) {
  test::Peers swarm(options());
  auto& shower = swarm.add(node("shower"));
  auto& alice = swarm.add(this->alice());
  shower.link->connect();
  alice.link->connect();
  ASSERT_TRUE(swarm.all([](const Peer& peer) { return peer.link->up(); }));
  PublishOptions retained;
  retained.retain = true;
  retained.expiry_s = 1;
  ASSERT_TRUE(shower.link->publish(presence_of("shower"), "here", retained));
  ASSERT_TRUE(alice.link->subscribe({presence_of("+")}, Qos::at_least_once));
  ASSERT_TRUE(swarm.wait_until([&] { return !alice.heard.empty(); }));
  EXPECT_EQ(alice.heard[0].payload, "here");
  // The broker answers a subscription behind what it retains for it.
  ASSERT_TRUE(fakes::wait_until([&] {
    const auto heard = alice.heard.size();
    const auto grants = alice.grants.size();
    static_cast<void>(alice.link->unsubscribe({presence_of("+")}));
    static_cast<void>(alice.link->subscribe({presence_of("+")}, Qos::at_least_once));
    return swarm.wait_until([&] { return alice.grants.size() > grants; }) &&
           alice.heard.size() == heard;
  }));
}

TEST_F(SwarmLinksTest, ARefusalSaysWhoRefusedWhat) {
  test::Peers swarm(options());
  auto& joining = swarm.add({"new", broker_.config().join_port, nullptr, "join", "wrong", {}});
  const test::TestCa stranger("Stranger");
  const auto pair = stranger.issue_node("mallory");
  auto& unknown = swarm.add({"mallory", broker_.config().nodes_port, &pair, "", "", {}});
  for (auto& peer : swarm.peers()) peer.link->connect();
  ASSERT_TRUE(swarm.all([](const Peer& peer) { return !peer.refusals.empty(); }));
  EXPECT_EQ(joining.refusals[0].code, Errc::refused);
  EXPECT_THAT(joining.refusals[0].message, testing::HasSubstr("Not authorized"));
  EXPECT_EQ(unknown.refusals[0].code, Errc::refused);
  EXPECT_THAT(unknown.refusals[0].message,
              testing::AnyOf(testing::HasSubstr("unknown CA"), testing::HasSubstr("certificate")));
}

TEST_F(SwarmLinksTest, TheJoinListenersPasswordOpensIt) {
  test::Peers swarm(options());
  auto& joining =
      swarm.add({"new", broker_.config().join_port, nullptr, "join", test::kJoinPassword, {}});
  joining.link->connect();
  ASSERT_TRUE(swarm.wait_until([&] { return joining.link->up(); }));
  ASSERT_TRUE(joining.link->subscribe({"muster/v1/join/new/down"}, Qos::at_least_once));
  ASSERT_TRUE(swarm.wait_until([&] { return !joining.grants.empty(); }));
  EXPECT_TRUE(joining.grants[0]);
}

TEST_F(SwarmLinksTest, ABrokerForAnotherHostIsNotBelieved) {
  auto other = options();
  other.host =
      "127.1";  // resolved to the broker's address, which its certificate knows by another name
  test::Peers swarm(other);
  auto& peer = swarm.add(node("careful"));
  peer.link->connect();
  ASSERT_TRUE(swarm.wait_until([&] { return !peer.refusals.empty(); }));
  EXPECT_EQ(peer.refusals[0].code, Errc::refused) << peer.refusals[0].message;
}

// Connections from that address to that port of 127.0.0.1, as the kernel lists them.
std::size_t connections_from(const std::string& address, std::uint16_t port) {
  std::ifstream all("/proc/self/net/tcp");
  const auto wanted = fmt::format(" 0100007F:{:04X} 01 ", port);
  std::size_t count = 0;
  for (std::string line; std::getline(all, line);)
    count +=
        line.find(wanted) != std::string::npos && line.find(" " + address + ":") < line.find(wanted)
            ? 1
            : 0;
  return count;
}

TEST_F(SwarmLinksTest, SourcesAreTakenInTurn) {
  auto from = options();
  from.host = "127.0.0.1";
  from.sources = {"127.0.0.2", "127.0.0.3"};
  test::Peers swarm(from);
  for (int i = 0; i < 4; ++i) swarm.add(node(fmt::format("node{}", i))).link->connect();
  ASSERT_TRUE(swarm.all([](const Peer& peer) { return peer.link->up(); }));
  for (const auto* address : {"0200007F", "0300007F"})
    EXPECT_EQ(connections_from(address, broker_.config().nodes_port), 2U) << address;
}

TEST_F(SwarmLinksTest, WhoeverInsistsIsConnectedOnceABrokerIsThere) {
  broker_.kill();
  test::Peers swarm(options());
  auto settings = node("patient");
  settings.insists = true;
  auto& patient = swarm.add(settings);
  auto& plain = swarm.add(node("plain"));
  patient.link->connect();
  plain.link->connect();
  ASSERT_TRUE(swarm.wait_until([&] { return !plain.refusals.empty(); }));
  EXPECT_EQ(plain.refusals[0].code, Errc::unavailable);
  broker_.start();
  ASSERT_TRUE(swarm.wait_until([&] { return patient.link->up(); }));
  EXPECT_TRUE(patient.refusals.empty());
}

}  // namespace
}  // namespace muster::swarm
