#include "node-agent/dispatch/request_gate.hpp"

#include <gmock/gmock.h>

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

}  // namespace
}  // namespace muster::agent
