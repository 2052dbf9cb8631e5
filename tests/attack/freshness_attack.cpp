// Good requests at a bad time, in a bad place, or for somebody else.
#include "tests/attack/gate.hpp"

namespace muster::attack {
namespace {

using std::chrono_literals::operator""s;

class Freshness : public Gate {};

TEST_F(Freshness, AReplayIsNotCarriedOut) {
  row("stranger on the network", "a recorded request, sent again", "counted, audited, unanswered");
  const auto recorded = around_.sealed(request());
  ASSERT_TRUE(commands(recorded));
  EXPECT_FALSE(is_answered(recorded));
  EXPECT_EQ(counted_.refused, 1U);
  EXPECT_EQ(audited("replayed"), 1U);
}

TEST_F(Freshness, AReplayAfterARestartIsNotCarriedOut) {
  row("stranger on the network", "a recorded request, sent again after the agent restarted",
      "refused by the window's journal");
  const auto file = around_.folder / "requests.seen";
  const auto sent = around_.clock.unix_ms();
  security::ReplayWindow before(around_.clock, security::ReplayJournal(file, "boot"));
  ASSERT_TRUE(before.admit({"alice", "the-one", sent, 60'000}));
  security::ReplayWindow after(around_.clock, security::ReplayJournal(file, "boot"));
  const auto again = after.admit({"alice", "the-one", sent, 60'000});
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, Errc::refused);
  EXPECT_TRUE(after.admit({"alice", "another", sent, 60'000}));
}

TEST_F(Freshness, ALateRequestIsNotCarriedOut) {
  row("broker", "a request held back until its time to live had passed",
      "answered expired, audited");
  const auto held = around_.sealed(request());
  around_.clock.advance(61s);
  EXPECT_FALSE(commands(held));
  EXPECT_EQ(counted_.expired, 1U);
  EXPECT_EQ(audited("expired"), 1U);
}

TEST_F(Freshness, ARequestFromTheFutureIsNotCarriedOut) {
  row("operator", "a request dated ahead, to outlive its revocation", "answered expired, audited");
  auto wire = request();
  wire.sent_at_ms = around_.clock.unix_ms() + 31'000;
  EXPECT_FALSE(commands(wire));
  EXPECT_EQ(audited("expired"), 1U);
}

TEST_F(Freshness, ARequestFromBeforeTheStartIsNotCarriedOut) {
  row("stranger on the network", "what was recorded before the agent began to listen",
      "answered expired, audited");
  auto wire = request();
  wire.sent_at_ms = around_.clock.unix_ms() - 1;
  EXPECT_FALSE(commands(wire));
  EXPECT_EQ(audited("expired"), 1U);
}

TEST_F(Freshness, NoRequestLivesForAYear) {
  row("operator", "a time to live of a year, to be replayed at leisure",
      "answered invalid, audited");
  auto wire = request();
  wire.ttl_s = 365 * 86'400;
  EXPECT_FALSE(commands(wire));
  EXPECT_EQ(audited("invalid"), 1U);
}

TEST_F(Freshness, ARequestForAnotherNodeIsNotCarriedOut) {
  row("broker", "a request for one node carried to another", "counted as not for this node");
  auto wire = request();
  wire.targets.push_back("n2");
  const auto carried = around_.sealed(wire);
  EXPECT_FALSE(commands(carried, true));
  EXPECT_FALSE(commands(carried, false));
  EXPECT_EQ(counted_.filtered, 2U);
}

TEST_F(Freshness, ABroadcastIsNotCarriedToOneNode) {
  row("broker", "a broadcast carried to one node's own topic", "counted as not for this node");
  EXPECT_FALSE(commands(request(), true));
  EXPECT_EQ(counted_.filtered, 1U);
}

TEST_F(Freshness, AnotherCollectivesRequestIsNotCarriedOut) {
  row("broker", "a request of one collective carried into another", "counted as not for this node");
  auto wire = request();
  wire.collective = "other";
  EXPECT_FALSE(commands(wire));
  EXPECT_EQ(counted_.filtered, 1U);
}

TEST_F(Freshness, AnIdOf64KiBIsNotRemembered) {
  row("operator", "request ids of 64 KiB, to fill the replay window's memory",
      "answered invalid, audited");
  auto wire = request();
  wire.id = std::string(64 * 1024, 'x');
  EXPECT_FALSE(commands(wire));
  EXPECT_EQ(audited("invalid"), 1U);
}

TEST_F(Freshness, WhatThePolicyForbidsIsNotCarriedOut) {
  row("operator", "an action that the node's policy forbids", "answered refused, audited");
  around_.allows = false;
  EXPECT_FALSE(commands(request()));
  EXPECT_EQ(counted_.refused, 1U);
  EXPECT_EQ(audited("denied"), 1U);
}

TEST_F(Freshness, InputsBesideTheDescriptionAreNotCarriedOut) {
  row("operator", "an input that the action's description does not know",
      "answered invalid, audited");
  auto wire = request();
  wire.arguments = Value{{"server", "evil.example"}};
  EXPECT_FALSE(commands(wire));
  EXPECT_EQ(audited("invalid"), 1U);
}

TEST_F(Freshness, AFloodOfForgeriesFillsNoDisk) {
  row("stranger on the network", "2,000 messages that do not verify",
      "counted, audited in numbers");
  for (int i = 0; i < 2'000; ++i) EXPECT_FALSE(is_answered("no envelope"));
  EXPECT_EQ(counted_.unverified, 2'000U);
  EXPECT_LE(audited("unverified"), 10U);
}

}  // namespace
}  // namespace muster::attack
