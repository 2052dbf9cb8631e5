// What the gate writes into the audit.
#include "node-agent/dispatch/request_gate.hpp"

#include <gmock/gmock.h>

#include <sstream>

#include "proto/messages/reply.hpp"
#include "tests/unit/dispatch/gate_lab.hpp"

namespace muster::agent {
namespace {

using testing::HasSubstr;

class GateAuditTest : public RequestGateTest {
 protected:
  std::vector<Value> audited() const {
    std::vector<Value> out;
    std::istringstream text(around_.folder.read("audit.log"));
    for (std::string line; std::getline(text, line);) out.push_back(Value::parse(line));
    return out;
  }
};

TEST_F(GateAuditTest, EveryVerdictHasItsLine) {
  const auto good = request();
  admit(good);
  admit(good);  // again
  around_.allows = false;
  admit(request());
  around_.allows = true;
  auto late = request();
  late.sent_at_ms = late.sent_at_ms - 61'000;
  admit(late);
  auto unknown = request();
  unknown.agent = "ehco";
  admit(unknown);
  gate_.admit("no envelope", false);
  const auto lines = audited();
  std::vector<std::string> verdicts;
  for (const auto& line : lines) verdicts.push_back(line.at("verdict"));
  EXPECT_THAT(verdicts, testing::ElementsAre("allowed", "replayed", "denied", "expired", "invalid",
                                             "unverified"));
  EXPECT_EQ(lines[0].at("decided_by"), "echo.policy:1");
  EXPECT_EQ(lines[0].at("role"), "operator");
  EXPECT_EQ(lines[0].at("inputs"), (Value{{"count", 7}}));
  EXPECT_EQ(lines[2].at("decided_by"), "echo.policy:2");
  EXPECT_EQ(lines[2].at("why"), "the policy says no");
  EXPECT_EQ(lines[2].at("caller"), "alice");
}

TEST_F(GateAuditTest, AFloodOfDeniedRequestsIsToldInNumbers) {
  const auto mallory = around_.pki.root().issue_member("mallory", "operator");
  around_.allows = false;
  for (int i = 0; i < 2'000; ++i) {
    auto wire = request();
    wire.caller = "mallory";
    gate_.admit(GateSurroundings::sealed_by(mallory, wire), false);
  }
  EXPECT_EQ(audited().size(), audit::kRefusalLines.burst);
  around_.clock.advance(audit::kRefusalLines.every * audit::kRefusalLines.burst);
  around_.audit.tell_ended();
  const auto last = audited().back();
  EXPECT_EQ(last.at("caller"), "mallory");
  EXPECT_EQ(last.at("count"), 2'000 - audit::kRefusalLines.burst);
}

TEST_F(GateAuditTest, WhatMustBeRecordedAndCannotBeIsNotDone) {
  around_.folder.write("full/disk", "");
  audit::AuditLog broken({.file = around_.folder / "full", .journal = false, .required = true},
                         "n1", around_.clock);
  auto context = around_.context(table_);
  RequestGate gate(
      {context.identity, context.clock, context.operators, context.agents, context.replay,
       context.collectives, context.facts, context.classes, context.policy, broken},
      around_.statistics);
  const auto admitted = gate.admit(around_.sealed(request()), false);
  ASSERT_TRUE(admitted);
  EXPECT_EQ(admitted->agent, nullptr);
  EXPECT_EQ(admitted->outcome, messages::Outcome::refused);
  EXPECT_THAT(admitted->refusal.message, HasSubstr("cannot be recorded"));
}

}  // namespace
}  // namespace muster::agent
