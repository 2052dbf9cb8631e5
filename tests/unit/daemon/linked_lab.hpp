// A node "n1" whose link is to a broker in memory.
#pragma once

#include <gtest/gtest.h>

#include <memory>

#include "node-agent/daemon/revocation_watch.hpp"
#include "node-agent/daemon/uplink.hpp"
#include "tests/support/fakes/wait_until.hpp"
#include "tests/support/memory_bus/memory_bus.hpp"
#include "tests/support/node_host/linked_node.hpp"
#include "tests/unit/dispatch/gate_surroundings.hpp"
#include "tests/unit/dispatch/test_agent.hpp"

namespace muster::agent {

class LinkedLab : public testing::Test {
 protected:
  static constexpr auto kPresence = "muster/v1/main/presence/n1";

  LinkedLab() {
    EXPECT_TRUE(lists_.load());
    identity_.name = "n1";
    identity_.collectives = {"main"};
    identity_.session = "s1";
    open_ = [this](Door, const auto&) -> Result<OpenedLink> {
      OpenedLink link;
      link.bus = broker_.connect("n1", test::MemoryWill{kPresence, ""});
      link.signer = std::make_shared<const security::Signer>(node_key_.signer());
      return link;
    };
  }
  // On the bus; leaves it when it goes.
  std::unique_ptr<fakes::LinkedNode> member() {
    auto node = std::make_unique<fakes::LinkedNode>(
        identity_, Node::Parts{gate_, around_.statistics, around_.audit, around_.operators}, lists_,
        open_);
    EXPECT_TRUE(fakes::wait_until([&] { return node->arrived(); }));
    return node;
  }

  GateSurroundings around_;
  const test::Holder node_key_ = around_.pki.node("n1");
  RevocationWatch lists_{around_.operators, around_.folder / "revocations", around_.clock};
  AgentTable table_{agents_of(std::make_unique<TestAgent>("echo"))};
  RequestGate gate_{around_.context(table_), around_.statistics};
  test::MemoryBroker broker_;
  Identity identity_;
  Uplink::Open open_;
};

}  // namespace muster::agent
