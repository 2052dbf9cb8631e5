#include "node-agent/dispatch/request_gate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "tests/unit/dispatch/gate_surroundings.hpp"
#include "tests/unit/dispatch/test_agent.hpp"

namespace muster::agent {
namespace {

using testing::HasSubstr;
using std::chrono_literals::operator""s;

class RequestGateTest : public testing::Test {
 protected:
  std::optional<Admitted> admit(const v1::Request& wire, bool direct = false) {
    return gate_.admit(around_.sealed(wire), direct);
  }
  v1::Request request() { return around_.request(); }

  GateSurroundings around_;
  const GateStatistics& counted_ = around_.statistics;
  AgentTable table_{agents_of(std::make_unique<TestAgent>("echo"))};
  RequestGate gate_{around_.context(table_), around_.statistics};
};

TEST_F(RequestGateTest, AGoodRequestPassesWithTheDefaultsOfItsInputs) {
  const auto admitted = admit(request());
  ASSERT_TRUE(admitted);
  ASSERT_NE(admitted->agent, nullptr) << admitted->refusal.message;
  EXPECT_EQ(admitted->agent->ddl().name, "echo");
  EXPECT_EQ(admitted->inputs, (Value{{"count", 7}}));
  EXPECT_EQ(admitted->role, security::Role::operator_);
  EXPECT_EQ(around_.last_role, security::Role::operator_);
  EXPECT_EQ(counted_.received, 1U);
  EXPECT_EQ(counted_.passed, 1U);
}

TEST_F(RequestGateTest, NothingIsParsedBeforeItVerifies) {
  auto flipped = around_.sealed(request());
  flipped[flipped.size() / 2] = static_cast<char>(flipped[flipped.size() / 2] ^ 1);
  for (const auto& wrong :
       {std::string(), std::string("no envelope"), std::string(envelope::kMessageMaxBytes + 1, 'x'),
        flipped,
        GateSurroundings::sealed_by(around_.pki.operator_(), request(), envelope::Kind::reply)})
    EXPECT_FALSE(gate_.admit(wrong, false));
  EXPECT_EQ(counted_.received, 5U);
  EXPECT_EQ(counted_.unverified, 5U);
  EXPECT_EQ(counted_.refused, 0U);
}

TEST_F(RequestGateTest, ABodyThatIsNoRequestIsDropped) {
  const auto sealed = around_.pki.operator_().signer().seal(envelope::Kind::request, "\xff\xff");
  EXPECT_FALSE(gate_.admit(*sealed, false));
  EXPECT_EQ(counted_.unverified, 1U);
}

TEST_F(RequestGateTest, OnlyOperatorsAndOrchestratorsCommand) {
  auto of_orchestrator = request();
  of_orchestrator.set_caller("orchestrator1");
  const auto admitted =
      gate_.admit(GateSurroundings::sealed_by(around_.pki.orchestrator(), of_orchestrator), false);
  ASSERT_TRUE(admitted);
  EXPECT_EQ(admitted->role, security::Role::orchestrator);

  auto of_broker = request();
  of_broker.set_caller("broker1");
  EXPECT_FALSE(gate_.admit(GateSurroundings::sealed_by(around_.pki.broker(), of_broker), false));
  auto of_node = request();
  of_node.set_caller("n2");
  EXPECT_FALSE(gate_.admit(GateSurroundings::sealed_by(around_.pki.node("n2"), of_node), false));
  EXPECT_EQ(counted_.unverified, 2U);
}

TEST_F(RequestGateTest, ACallerSpeaksInNobodyElsesName) {
  auto wire = request();
  wire.set_caller("orchestrator1");
  EXPECT_FALSE(admit(wire));
  EXPECT_EQ(counted_.unverified, 1U);
}

TEST_F(RequestGateTest, ACertificateOfAnotherRootIsNobodys) {
  const test::TestCa other("Muster operator root");
  const auto impostor = other.issue_member("alice", "operator");
  EXPECT_FALSE(gate_.admit(GateSurroundings::sealed_by(impostor, request()), false));
  EXPECT_EQ(counted_.unverified, 1U);
}

TEST_F(RequestGateTest, ARequestForAnotherNodeIsIgnoredOnEveryTopic) {
  auto wire = request();
  wire.add_targets("n2");
  EXPECT_FALSE(admit(wire, true));
  EXPECT_FALSE(admit(wire, false));
  EXPECT_EQ(counted_.filtered, 2U);
}

TEST_F(RequestGateTest, ABroadcastCannotBeCarriedToOneNodesTopic) {
  EXPECT_FALSE(admit(request(), true));
  EXPECT_EQ(counted_.filtered, 1U);
}

TEST_F(RequestGateTest, ANamedNodeActsOnItsOwnTopic) {
  auto wire = request();
  wire.add_targets("n2");
  wire.add_targets("n1");
  EXPECT_TRUE(admit(wire, true));
}

TEST_F(RequestGateTest, ALateRequestIsAnsweredExpired) {
  const auto wire = request();
  around_.clock.advance(61s);
  const auto admitted = admit(wire);
  ASSERT_TRUE(admitted);
  EXPECT_EQ(admitted->agent, nullptr);
  EXPECT_EQ(admitted->outcome, v1::OUTCOME_EXPIRED);
  EXPECT_THAT(admitted->refusal.message, HasSubstr("time to live"));
  EXPECT_EQ(counted_.expired, 1U);
  EXPECT_EQ(counted_.refused, 0U);
}

TEST_F(RequestGateTest, ARequestFromTheFutureOrFromBeforeTheStartIsAnsweredExpired) {
  auto early = request();
  early.set_sent_at_ms(around_.clock.unix_ms() + 31'000);
  EXPECT_EQ(admit(early)->outcome, v1::OUTCOME_EXPIRED);
  auto before = request();
  before.set_sent_at_ms(around_.clock.unix_ms() - 1);
  EXPECT_EQ(admit(before)->outcome, v1::OUTCOME_EXPIRED);
  EXPECT_EQ(counted_.expired, 2U);
}

TEST_F(RequestGateTest, AReplayIsCountedAndNeverAnswered) {
  const auto wire = request();
  ASSERT_TRUE(admit(wire));
  EXPECT_FALSE(admit(wire));
  EXPECT_EQ(counted_.passed, 1U);
  EXPECT_EQ(counted_.refused, 1U);
}

TEST_F(RequestGateTest, AReplayOfARefusedRequestIsNotAnsweredEither) {
  around_.allows = false;
  const auto wire = request();
  ASSERT_TRUE(admit(wire));
  EXPECT_FALSE(admit(wire));
  EXPECT_EQ(counted_.refused, 2U);
}

TEST_F(RequestGateTest, AMalformedIdOrTimeToLiveIsAnsweredAsInvalid) {
  auto endless = request();
  endless.set_ttl_s(601);
  auto nameless = request();
  nameless.set_id("");
  for (const auto& wire : {endless, nameless}) {
    const auto admitted = admit(wire);
    ASSERT_TRUE(admitted);
    EXPECT_EQ(admitted->agent, nullptr);
    EXPECT_EQ(admitted->outcome, v1::OUTCOME_ANSWERED);
    EXPECT_EQ(admitted->refusal.code, Errc::invalid_data);
  }
  EXPECT_EQ(counted_.refused, 2U);
}

TEST_F(RequestGateTest, AnotherCollectivesRequestIsIgnoredEvenWhenLate) {
  auto wire = request();
  wire.set_collective("other");
  EXPECT_FALSE(admit(wire));
  auto late = request();
  late.set_collective("+");
  around_.clock.advance(61s);
  EXPECT_FALSE(admit(late));
  EXPECT_EQ(counted_.filtered, 2U);
}

TEST_F(RequestGateTest, OnlyWhomTheFilterMatchesActs) {
  auto ours = request();
  ours.mutable_filter()->add_facts("country=de");
  ours.mutable_filter()->add_classes("role::web");
  ours.mutable_filter()->add_agents("echo");
  ours.mutable_filter()->add_identities("n1");
  EXPECT_NE(admit(ours)->agent, nullptr);
  auto others = request();
  others.mutable_filter()->add_facts("country=fr");
  EXPECT_FALSE(admit(others));
  EXPECT_EQ(counted_.filtered, 1U);
}

TEST_F(RequestGateTest, WhomTheFilterDoesNotMatchSaysSoWhenAsked) {
  auto wire = request();
  wire.mutable_filter()->add_facts("country=fr");
  wire.set_tell_mismatch(true);
  const auto admitted = admit(wire);
  ASSERT_TRUE(admitted);
  EXPECT_EQ(admitted->agent, nullptr);
  EXPECT_EQ(admitted->outcome, v1::OUTCOME_FILTERED);
  EXPECT_EQ(counted_.filtered, 1U);
  EXPECT_EQ(counted_.refused, 0U);
}

TEST_F(RequestGateTest, ANamedNodeThatTheFilterDoesNotMatchDoesNothing) {
  auto wire = request();
  wire.add_targets("n1");
  wire.mutable_filter()->add_compounds("not role::web");
  EXPECT_FALSE(admit(wire, true));
  EXPECT_EQ(counted_.filtered, 1U);
  EXPECT_EQ(counted_.passed, 0U);
}

TEST_F(RequestGateTest, ANodeWithAWrongClockKeepsQuietAboutWhatIsNotForIt) {
  auto wire = request();
  wire.mutable_filter()->add_facts("country=fr");
  around_.clock.advance(61s);
  EXPECT_FALSE(admit(wire));
  EXPECT_EQ(counted_.filtered, 1U);
  EXPECT_EQ(counted_.expired, 0U);
}

TEST_F(RequestGateTest, AFilterThatCannotBeReadIsAnsweredAndCounted) {
  auto wire = request();
  wire.mutable_filter()->add_compounds("country=de and (");
  const auto admitted = admit(wire);
  ASSERT_TRUE(admitted);
  EXPECT_EQ(admitted->agent, nullptr);
  EXPECT_EQ(admitted->outcome, v1::OUTCOME_ANSWERED);
  EXPECT_EQ(counted_.refused, 1U);
}

TEST_F(RequestGateTest, AnUnknownAgentIsAnsweredWithTheNearestName) {
  auto wire = request();
  wire.set_agent("ecko");
  const auto admitted = admit(wire);
  ASSERT_TRUE(admitted);
  EXPECT_EQ(admitted->agent, nullptr);
  EXPECT_EQ(admitted->refusal.code, Errc::unknown_action);
  EXPECT_THAT(admitted->refusal.message, HasSubstr("'echo'"));
  EXPECT_EQ(counted_.refused, 1U);
}

TEST_F(RequestGateTest, ThePolicySpeaksBeforeTheInputsAreLookedAt) {
  around_.allows = false;
  auto wire = request();
  wire.set_action("no-such-action");
  const auto admitted = admit(wire);
  ASSERT_TRUE(admitted);
  EXPECT_EQ(admitted->agent, nullptr);
  EXPECT_EQ(admitted->outcome, v1::OUTCOME_REFUSED);
  EXPECT_THAT(admitted->refusal.message, HasSubstr("policy"));
  EXPECT_EQ(counted_.refused, 1U);
  EXPECT_EQ(counted_.passed, 0U);
}

TEST_F(RequestGateTest, InputsThatDoNotFitTheDescriptionAreAnswered) {
  auto unknown = request();
  unknown.set_action("akt");
  EXPECT_EQ(admit(unknown)->refusal.code, Errc::unknown_action);
  auto wrong = request();
  ASSERT_TRUE(envelope::encode_value({{"count", "many"}}, *wrong.mutable_arguments()));
  const auto admitted = admit(wrong);
  EXPECT_EQ(admitted->agent, nullptr);
  EXPECT_EQ(admitted->outcome, v1::OUTCOME_ANSWERED);
  EXPECT_EQ(admitted->refusal.code, Errc::invalid_data);
  EXPECT_EQ(counted_.refused, 2U);
}

// Mallory's certificate is good; her rights, the filter's or the policy's word, are not.
class GateFloodTest : public RequestGateTest {
 protected:
  v1::Request of_mallory() {
    auto wire = request();
    wire.set_caller("mallory");
    return wire;
  }
  std::optional<Admitted> admit_mallorys(const v1::Request& wire) {
    return gate_.admit(GateSurroundings::sealed_by(mallory_, wire), false);
  }
  bool runs(const std::optional<Admitted>& admitted) { return admitted && admitted->agent; }

  const test::Holder mallory_ = around_.pki.root().issue_member("mallory", "operator");
};

TEST_F(GateFloodTest, SeventyThousandRequestsThatMatchNobodyLeaveAnothersHeard) {
  auto nobodys = of_mallory();
  nobodys.set_ttl_s(600);
  nobodys.mutable_filter()->add_facts("country=nowhere");
  for (int i = 0; i < 70'000; ++i) {
    nobodys.set_id("flood-" + std::to_string(i));
    ASSERT_FALSE(admit_mallorys(nobodys));
  }
  EXPECT_TRUE(runs(admit(request())));
}

TEST_F(GateFloodTest, WhoIsRefusedByThePolicyTakesNoRoomInTheReplayWindow) {
  around_.allows = false;
  for (int i = 0; i < 100; ++i) {
    auto wire = of_mallory();
    EXPECT_FALSE(runs(admit_mallorys(wire)));
    EXPECT_TRUE(around_.replay->check({"mallory", wire.id(), wire.sent_at_ms(), 60'000}));
  }
}

TEST_F(GateFloodTest, ARefusedRequestIsAnsweredOnceAndAReplayNever) {
  around_.allows = false;
  const auto wire = of_mallory();
  EXPECT_TRUE(admit_mallorys(wire));
  for (int i = 0; i < 10; ++i) EXPECT_FALSE(admit_mallorys(wire));
}

TEST_F(GateFloodTest, AMismatchIsToldOnceAndAReplayNever) {
  auto wire = of_mallory();
  wire.mutable_filter()->add_facts("country=fr");
  wire.set_tell_mismatch(true);
  EXPECT_TRUE(admit_mallorys(wire));
  for (int i = 0; i < 10; ++i) EXPECT_FALSE(admit_mallorys(wire));
}

TEST_F(GateFloodTest, RefusalsAreAnsweredAtALimitedRateAndOthersAreStillAnswered) {
  around_.allows = false;
  std::size_t answers = 0;
  for (std::size_t i = 0; i < kRefusalAnswers.burst + 100; ++i)
    if (admit_mallorys(of_mallory())) ++answers;
  EXPECT_EQ(answers, kRefusalAnswers.burst);
  EXPECT_TRUE(admit(request())) << "alice hears why";
  around_.clock.advance(kRefusalAnswers.every);
  EXPECT_TRUE(admit_mallorys(of_mallory()));
}

TEST_F(GateFloodTest, TheShareOfOneCallerIsNotAnothers) {
  for (std::size_t i = 0; i < security::kReplayShareMax; ++i)
    ASSERT_TRUE(around_.replay->admit(
        {"mallory", std::to_string(i), around_.clock.unix_ms(), security::kTtlMaxMs}));
  const auto full = admit_mallorys(of_mallory());
  ASSERT_TRUE(full);
  EXPECT_EQ(full->outcome, v1::OUTCOME_BUSY);
  EXPECT_TRUE(runs(admit(request())));
}

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
  late.set_sent_at_ms(late.sent_at_ms() - 61'000);
  admit(late);
  auto unknown = request();
  unknown.set_agent("ehco");
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
    wire.set_caller("mallory");
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
  EXPECT_EQ(admitted->outcome, v1::OUTCOME_REFUSED);
  EXPECT_THAT(admitted->refusal.message, HasSubstr("cannot be recorded"));
}

}  // namespace
}  // namespace muster::agent
