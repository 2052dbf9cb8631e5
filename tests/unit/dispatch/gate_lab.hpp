// A gate and what surrounds it, to which requests are brought.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>

#include "node-agent/dispatch/request_gate.hpp"
#include "proto/messages/request.hpp"
#include "tests/unit/dispatch/gate_surroundings.hpp"
#include "tests/unit/dispatch/test_agent.hpp"

namespace muster::agent {

class RequestGateTest : public testing::Test {
 protected:
  std::optional<Admitted> admit(const messages::Request& wire, bool direct = false) {
    return gate_.admit(around_.sealed(wire), direct);
  }
  messages::Request request() { return around_.request(); }

  GateSurroundings around_;
  const GateStatistics& counted_ = around_.statistics;
  AgentTable table_{agents_of(std::make_unique<TestAgent>("echo"))};
  RequestGate gate_{around_.context(table_), around_.statistics};
};

}  // namespace muster::agent
