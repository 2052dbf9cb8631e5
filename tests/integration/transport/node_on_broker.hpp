// A node's core on a real broker: "n1" as a member, or a joining machine "c1".
#pragma once

#include <gtest/gtest.h>

#include <memory>

#include "proto/transport/mqtt/mqtt_bus.hpp"
#include "tests/support/fakes/wait_until.hpp"
#include "tests/support/mosquitto/mosquitto.hpp"
#include "tests/support/node_host/linked_node.hpp"
#include "tests/unit/dispatch/gate_surroundings.hpp"
#include "tests/unit/dispatch/test_agent.hpp"

namespace muster::test {

class NodeOnBroker : public testing::Test {
 protected:
  // On the bus; leaves it when it goes.
  std::unique_ptr<fakes::LinkedNode> member(agent::RevocationWatch& lists) {
    return start(agent::Door::member, lists, mosquitto_.as_node("n1"), signer_);
  }
  std::unique_ptr<fakes::LinkedNode> joining(agent::RevocationWatch& lists) {
    const auto key = x509::Key::generate_p256().value();
    return start(agent::Door::join, lists, mosquitto_.as_joining("c1"),
                 std::make_shared<const security::Signer>(security::Signer::with_key(key)));
  }

  agent::GateSurroundings around_;
  const TestPki& pki_ = around_.pki;
  Mosquitto mosquitto_{pki_};
  const std::string made_ = mosquitto_.as_node("n1").client_id;  // the node's files
  const std::shared_ptr<const security::Signer> signer_ = std::make_shared<const security::Signer>(
      security::Signer::with_certificate(
          x509::Key::private_from_file(pki_.folder() / "n1.key").value(),
          {x509::Certificate::from_file(pki_.folder() / "n1.pem").value()})
          .value());
  agent::RevocationWatch lists_{around_.operators, around_.folder / "revocations",
                                around_.real_clock};
  agent::AgentTable table_{agents_of(std::make_unique<agent::TestAgent>("echo"))};
  agent::RequestGate gate_{around_.context(table_, around_.real_clock), around_.statistics};

 private:
  std::unique_ptr<fakes::LinkedNode> start(agent::Door door, agent::RevocationWatch& lists,
                                           const transport::mqtt::Options& options,
                                           std::shared_ptr<const security::Signer> signer) {
    agent::Identity identity;
    identity.name = "n1";
    identity.collectives = {"main"};
    identity.session = "s1";
    identity.token = "a token";
    identity.join_collective = "main";
    const auto open = [options, signer](agent::Door, auto on_link) -> Result<agent::OpenedLink> {
      agent::OpenedLink link;
      MUSTER_ASSIGN(link.bus, transport::mqtt::connect(options, std::move(on_link)));
      link.signer = signer;
      link.client_id = options.client_id;
      return link;
    };
    auto node = std::make_unique<fakes::LinkedNode>(
        identity, agent::Node::Parts{gate_, around_.statistics, around_.audit, around_.operators},
        lists, open, door);
    EXPECT_TRUE(fakes::wait_until([&] { return node->arrived(); }));
    return node;
  }
};

}  // namespace muster::test
