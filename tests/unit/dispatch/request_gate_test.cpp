#include "node-agent/dispatch/request_gate.hpp"

#include <gmock/gmock.h>

#include "proto/messages/reply.hpp"
#include "tests/unit/dispatch/gate_lab.hpp"

namespace muster::agent {
namespace {

using testing::HasSubstr;
using std::chrono_literals::operator""s;

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
  of_orchestrator.caller = "orchestrator1";
  const auto admitted =
      gate_.admit(GateSurroundings::sealed_by(around_.pki.orchestrator(), of_orchestrator), false);
  ASSERT_TRUE(admitted);
  EXPECT_EQ(admitted->role, security::Role::orchestrator);

  auto of_broker = request();
  of_broker.caller = "broker1";
  EXPECT_FALSE(gate_.admit(GateSurroundings::sealed_by(around_.pki.broker(), of_broker), false));
  auto of_node = request();
  of_node.caller = "n2";
  EXPECT_FALSE(gate_.admit(GateSurroundings::sealed_by(around_.pki.node("n2"), of_node), false));
  EXPECT_EQ(counted_.unverified, 2U);
}

TEST_F(RequestGateTest, ACallerSpeaksInNobodyElsesName) {
  auto wire = request();
  wire.caller = "orchestrator1";
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
  wire.targets.push_back("n2");
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
  wire.targets.push_back("n2");
  wire.targets.push_back("n1");
  EXPECT_TRUE(admit(wire, true));
}

TEST_F(RequestGateTest, ALateRequestIsAnsweredExpired) {
  const auto wire = request();
  around_.clock.advance(61s);
  const auto admitted = admit(wire);
  ASSERT_TRUE(admitted);
  EXPECT_EQ(admitted->agent, nullptr);
  EXPECT_EQ(admitted->outcome, messages::Outcome::expired);
  EXPECT_THAT(admitted->refusal.message, HasSubstr("time to live"));
  EXPECT_EQ(counted_.expired, 1U);
  EXPECT_EQ(counted_.refused, 0U);
}

TEST_F(RequestGateTest, ARequestFromTheFutureOrFromBeforeTheStartIsAnsweredExpired) {
  auto early = request();
  early.sent_at_ms = around_.clock.unix_ms() + 31'000;
  EXPECT_EQ(admit(early)->outcome, messages::Outcome::expired);
  auto before = request();
  before.sent_at_ms = around_.clock.unix_ms() - 1;
  EXPECT_EQ(admit(before)->outcome, messages::Outcome::expired);
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
  endless.ttl_s = 601;
  auto nameless = request();
  nameless.id = "";
  for (const auto& wire : {endless, nameless}) {
    const auto admitted = admit(wire);
    ASSERT_TRUE(admitted);
    EXPECT_EQ(admitted->agent, nullptr);
    EXPECT_EQ(admitted->outcome, messages::Outcome::answered);
    EXPECT_EQ(admitted->refusal.code, Errc::invalid_data);
  }
  EXPECT_EQ(counted_.refused, 2U);
}

TEST_F(RequestGateTest, AnotherCollectivesRequestIsIgnoredEvenWhenLate) {
  auto wire = request();
  wire.collective = "other";
  EXPECT_FALSE(admit(wire));
  auto late = request();
  late.collective = "+";
  around_.clock.advance(61s);
  EXPECT_FALSE(admit(late));
  EXPECT_EQ(counted_.filtered, 2U);
}

TEST_F(RequestGateTest, OnlyWhomTheFilterMatchesActs) {
  auto ours = request();
  ours.filter.facts.push_back("country=de");
  ours.filter.classes.push_back("role::web");
  ours.filter.agents.push_back("echo");
  ours.filter.identities.push_back("n1");
  EXPECT_NE(admit(ours)->agent, nullptr);
  auto others = request();
  others.filter.facts.push_back("country=fr");
  EXPECT_FALSE(admit(others));
  EXPECT_EQ(counted_.filtered, 1U);
}

TEST_F(RequestGateTest, WhomTheFilterDoesNotMatchSaysSoWhenAsked) {
  auto wire = request();
  wire.filter.facts.push_back("country=fr");
  wire.tell_mismatch = true;
  const auto admitted = admit(wire);
  ASSERT_TRUE(admitted);
  EXPECT_EQ(admitted->agent, nullptr);
  EXPECT_EQ(admitted->outcome, messages::Outcome::filtered);
  EXPECT_EQ(counted_.filtered, 1U);
  EXPECT_EQ(counted_.refused, 0U);
}

TEST_F(RequestGateTest, ANamedNodeThatTheFilterDoesNotMatchDoesNothing) {
  auto wire = request();
  wire.targets.push_back("n1");
  wire.filter.compounds.push_back("not role::web");
  EXPECT_FALSE(admit(wire, true));
  EXPECT_EQ(counted_.filtered, 1U);
  EXPECT_EQ(counted_.passed, 0U);
}

TEST_F(RequestGateTest, ANodeWithAWrongClockKeepsQuietAboutWhatIsNotForIt) {
  auto wire = request();
  wire.filter.facts.push_back("country=fr");
  around_.clock.advance(61s);
  EXPECT_FALSE(admit(wire));
  EXPECT_EQ(counted_.filtered, 1U);
  EXPECT_EQ(counted_.expired, 0U);
}

TEST_F(RequestGateTest, AFilterThatCannotBeReadIsAnsweredAndCounted) {
  auto wire = request();
  wire.filter.compounds.push_back("country=de and (");
  const auto admitted = admit(wire);
  ASSERT_TRUE(admitted);
  EXPECT_EQ(admitted->agent, nullptr);
  EXPECT_EQ(admitted->outcome, messages::Outcome::answered);
  EXPECT_EQ(counted_.refused, 1U);
}

TEST_F(RequestGateTest, AnUnknownAgentIsAnsweredWithTheNearestName) {
  auto wire = request();
  wire.agent = "ecko";
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
  wire.action = "no-such-action";
  const auto admitted = admit(wire);
  ASSERT_TRUE(admitted);
  EXPECT_EQ(admitted->agent, nullptr);
  EXPECT_EQ(admitted->outcome, messages::Outcome::refused);
  EXPECT_THAT(admitted->refusal.message, HasSubstr("policy"));
  EXPECT_EQ(counted_.refused, 1U);
  EXPECT_EQ(counted_.passed, 0U);
}

TEST_F(RequestGateTest, InputsThatDoNotFitTheDescriptionAreAnswered) {
  auto unknown = request();
  unknown.action = "akt";
  EXPECT_EQ(admit(unknown)->refusal.code, Errc::unknown_action);
  auto wrong = request();
  wrong.arguments = Value{{"count", "many"}};
  const auto admitted = admit(wrong);
  EXPECT_EQ(admitted->agent, nullptr);
  EXPECT_EQ(admitted->outcome, messages::Outcome::answered);
  EXPECT_EQ(admitted->refusal.code, Errc::invalid_data);
  EXPECT_EQ(counted_.refused, 2U);
}

}  // namespace
}  // namespace muster::agent
