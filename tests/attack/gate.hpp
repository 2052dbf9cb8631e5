// A node's gate under attack. Afterwards an honest operator's request must still pass: the attack harmed nobody else.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "proto/messages/request.hpp"
#include "tests/attack/row.hpp"
#include "tests/unit/dispatch/gate_surroundings.hpp"
#include "tests/unit/dispatch/test_agent.hpp"

namespace muster::attack {

class Gate : public testing::Test {
 protected:
  void TearDown() override {
    around_.allows = true;
    EXPECT_TRUE(commands(around_.sealed(request()))) << "an honest request does not pass any more";
  }

  messages::Request request() { return around_.request(); }
  // Whether the node would carry it out.
  bool commands(const std::string& message, bool direct = false) {
    const auto admitted = gate_.admit(message, direct);
    return admitted && admitted->agent != nullptr;
  }
  bool commands(const messages::Request& wire, bool direct = false) {
    return commands(around_.sealed(wire), direct);
  }
  // Whether it is answered at all: what did not verify must not make a node talk.
  bool is_answered(const std::string& message) { return gate_.admit(message, false).has_value(); }

  // Lines of the audit with this verdict.
  std::size_t audited(const std::string& verdict) const {
    std::istringstream text(around_.folder.read("audit.log"));
    std::size_t count = 0;
    for (std::string line; std::getline(text, line);)
      count += Value::parse(line).at("verdict") == verdict ? 1 : 0;
    return count;
  }

  agent::GateSurroundings around_;
  const agent::GateStatistics& counted_ = around_.statistics;
  agent::AgentTable table_{agent::agents_of(std::make_unique<agent::TestAgent>("echo"))};
  agent::RequestGate gate_{around_.context(table_), around_.statistics};
};

}  // namespace muster::attack
