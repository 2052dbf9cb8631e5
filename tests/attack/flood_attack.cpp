// An operator without rights, or with some, who would silence the others.
#include "proto/messages/request.hpp"
#include "tests/attack/gate.hpp"

namespace muster::attack {
namespace {

// Mallory's certificate is good. Alice's request must pass afterwards: the fixture sees to that.
class Flood : public Gate {
 protected:
  messages::Request mallorys(int number) {
    auto wire = request();
    wire.id = "flood-" + std::to_string(number);
    wire.caller = "mallory";
    wire.ttl_s = 600;
    return wire;
  }
  bool mallory_commands(const messages::Request& wire) {
    return commands(agent::GateSurroundings::sealed_by(mallory_, wire));
  }

  const test::Holder mallory_ = around_.pki.root().issue_member("mallory", "operator");
};

TEST_F(Flood, WhatMatchesNobodyFillsNoWindow) {
  row("operator", "more requests than a node remembers, whose filter matches nobody",
      "counted as not for this node");
  auto wire = mallorys(0);
  wire.filter.facts.push_back("country=nowhere");
  for (int i = 0; i < 2 * int{security::kReplayShareMax}; ++i) {
    wire.id = "flood-" + std::to_string(i);
    ASSERT_FALSE(mallory_commands(wire));
  }
  EXPECT_TRUE(mallory_commands(mallorys(0))) << "even her own share is not used up";
}

TEST_F(Flood, ACallerHasAShareOfTheWindow) {
  row("operator", "requests that are allowed, until the node's memory of them is full",
      "answered busy, to that caller alone");
  int passed = 0;
  for (int i = 0; i < int{security::kReplayShareMax} + 100; ++i)
    passed += mallory_commands(mallorys(i)) ? 1 : 0;
  EXPECT_EQ(passed, int{security::kReplayShareMax});
}

TEST_F(Flood, ACopyUnderAnotherNameIsNotTheCallers) {
  row("operator", "a copy of another operator's request, sent under one's own name",
      "not carried out: told on whose topic it came; it waits in the sender's line alone");
  const auto copied = around_.sealed(request());
  EXPECT_FALSE(gate_.admit(copied, false, "mallory"));
  const auto own = gate_.admit(copied, false, "alice");
  ASSERT_TRUE(own);
  EXPECT_NE(own->agent, nullptr);
}

TEST_F(Flood, RefusalsWashNoAudit) {
  row("operator", "2,000 denied requests, to push a line out of the audit's files",
      "audited up to a limit, then in numbers");
  ASSERT_TRUE(commands(request()));
  around_.allows = false;
  for (int i = 0; i < 2'000; ++i) EXPECT_FALSE(mallory_commands(mallorys(i)));
  EXPECT_LE(audited("denied"), 60U);
  EXPECT_EQ(audited("allowed"), 1U);
}

}  // namespace
}  // namespace muster::attack
