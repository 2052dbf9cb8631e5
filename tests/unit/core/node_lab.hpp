// A node "n1" in virtual time: its core, with a host that answers at once.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>

#include "node-agent/core/node.hpp"
#include "proto/messages/event.hpp"
#include "proto/messages/join.hpp"
#include "proto/messages/presence.hpp"
#include "proto/messages/reply.hpp"
#include "proto/security/verifier.hpp"
#include "tests/support/fakes/body_of.hpp"
#include "tests/support/node_host/fake_host.hpp"
#include "tests/unit/dispatch/gate_surroundings.hpp"
#include "tests/unit/dispatch/test_agent.hpp"

namespace muster::agent {

inline constexpr auto kPresenceTopic = "muster/v1/main/presence/n1";
inline constexpr auto kAnnounceTopic = "muster/v1/join/c1/announce";

class NodeLab : public testing::Test {
 protected:
  NodeLab() {
    EXPECT_TRUE(nodes_.add(around_.pki.puppet_ca().certificate()));
    identity_.name = "n1";
    identity_.version = "0.1.0";
    identity_.collectives = {"main"};
    identity_.session = "s1";
    identity_.token = "a token";
    identity_.join_collective = "main";
    host_.signer = signer_;
  }
  Node& make() {
    node_ = std::make_unique<Node>(
        host_, identity_,
        Node::Parts{*gate_, around_.statistics, around_.audit, around_.operators});
    host_.serve(*node_);
    return *node_;
  }
  // On the bus as a member.
  Node& member() {
    make().start(Door::member);
    host_.up(signer_);
    EXPECT_TRUE(host_.says("on the bus as n1"));
    return *node_;
  }
  // In the join zone, announced.
  Node& joining() {
    make().start(Door::join);
    host_.up(join_signer_, "c1");
    EXPECT_TRUE(host_.says("in the join zone, waiting for an orchestrator"));
    return *node_;
  }
  void run_due() { loop_.advance(std::chrono::milliseconds(0)); }
  messages::Request request() {
    auto wire = around_.request();
    wire.sent_at_ms = loop_.clock().unix_ms();
    return wire;
  }
  std::string send(Feed feed, const messages::Request& wire, bool retained = false) {
    node_->on_request(feed, {.payload = around_.sealed(wire),
                             .direct = false,
                             .sender = feed == Feed::join ? "" : "alice",
                             .received = loop_.clock().steady(),
                             .retained = retained});
    return wire.id;
  }
  // The body that is shown on the topic, as a client verifies it.
  messages::Presence shown(const std::string& topic = kPresenceTopic) {
    const auto last = host_.last(topic);
    if (!last || last->payload.empty()) return {};
    const auto opened = security::open(last->payload, envelope::Kind::presence, nodes_);
    EXPECT_TRUE(opened);
    return opened ? messages::Presence::decode(opened->body).value() : messages::Presence();
  }
  messages::Event event(const std::string& type) {
    const auto last = host_.last("muster/v1/main/event/" + type + "/n1");
    if (!last) return {};
    const auto opened = security::open(last->payload, envelope::Kind::event, nodes_);
    EXPECT_TRUE(opened);
    return opened ? messages::Event::decode(opened->body).value() : messages::Event();
  }
  // An orchestrator's answer to the last announcement.
  void answer(messages::JoinAnswer wire) {
    wire.client_id = "c1";
    if (wire.nonce.empty()) wire.nonce = host_.announcements.back().nonce;
    if (wire.sent_at_ms == 0) wire.sent_at_ms = host_.machine_ms_;
    node_->on_request(Feed::join,
                      {.payload = around_.pki.orchestrator()
                                      .signer()
                                      .seal(envelope::Kind::join_answer, test::body_of(wire))
                                      .value(),
                       .direct = false,
                       .sender = {},
                       .received = loop_.clock().steady()});
    run_due();
  }

  fakes::VirtualLoop loop_;
  GateSurroundings around_;
  security::TrustStore nodes_{around_.real_clock};
  AgentTable table_{agents_of(std::make_unique<TestAgent>("echo"))};
  std::optional<RequestGate> gate_{std::in_place, around_.context(table_, loop_.clock()),
                                   around_.statistics};
  std::shared_ptr<const security::Signer> signer_ =
      std::make_shared<const security::Signer>(around_.pki.node("n1").signer());
  std::shared_ptr<const security::Signer> join_signer_ = std::make_shared<const security::Signer>(
      security::Signer::with_key(x509::Key::generate_p256().value()));
  fakes::FakeHost host_{loop_};
  Identity identity_;
  std::unique_ptr<Node> node_;
};

}  // namespace muster::agent
