// What operators ask of nodes by name: go on, stop, and what is left of who is forgotten.
#include "tests/unit/provision_engine/orders_lab.hpp"

namespace muster::provision {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;

class OrdersTest : public OrdersLab {};

TEST_F(OrdersTest, WhoFailedGoesOnAfterItsLastFinishedStepWithAllAttemptsBeforeIt) {
  fails_for_good();
  const auto signed_before =
      world_.count("m-de puppetca#sign") + world_.count("m-us puppetca#sign");
  ASSERT_TRUE(retry("web1"));
  EXPECT_EQ(state("web1"), "waiting") << "the wish is the record";
  advance(1min);
  EXPECT_EQ(state("web1"), "finished");
  EXPECT_EQ(collective_.records["web1"].attempts, 1U);
  EXPECT_EQ(world_.count("m-de puppetca#sign") + world_.count("m-us puppetca#sign"), signed_before);
}

TEST_F(OrdersTest, WhatEndsAfterARetryIsAnotherEnd) {
  fails_for_good();
  ASSERT_TRUE(retry("web1"));
  advance(1min);
  EXPECT_EQ(collective_.records["web1"].retries, 1U);
}

TEST_F(OrdersTest, WhatCannotGoOnIsSaid) {
  EXPECT_THAT(retry("web1").error().message, HasSubstr("no record"));
  client::Record record;
  record.state = "finished";
  collective_.records["web1"] = record;
  EXPECT_THAT(retry("web1").error().message, HasSubstr("'muster provision again web1'"));
  record.state = "failed";
  collective_.records["web1"] = record;
  EXPECT_THAT(retry("web1").error().message, HasSubstr("neither online nor does it wait"));
  another_runs_web1();
  EXPECT_THAT(retry("web1").error().message, HasSubstr("'muster provision cancel web1'"));
}

// The node says "failed" still; the wish must outlive the orchestrator that heard it.
TEST_F(OrdersTest, AMemberWhoseRecordWaitsGoesOnAlthoughItSaysThatItFailed) {
  client::Record record;
  record.identity = "web1";
  record.state = "waiting";
  record.run_id = "r";
  collective_.records["web1"] = record;
  collective_.members["web1"] = {{"provision", "failed"}};
  provisioner_.member_changed("web1");
  advance(1min);
  EXPECT_EQ(state("web1"), "finished");
  collective_.records["web1"].state = "failed";
  const auto before = world_.calls.size();
  provisioner_.member_changed("web1");
  advance(1min);
  EXPECT_EQ(world_.calls.size(), before);
}

TEST_F(OrdersTest, ACancelledRunGivesTheLeaseBackAndSaysByWhom) {
  is_under_way();
  const auto done = cancel("web1");
  ASSERT_TRUE(done);
  EXPECT_THAT(*done, HasSubstr("a Puppet run that it has begun ends by itself"));
  EXPECT_EQ(state("web1"), "cancelled");
  EXPECT_EQ(collective_.records["web1"].reason, "cancelled by alice in step bootstrap-run");
  advance(1s);
  EXPECT_EQ(releases(), 1U);
  EXPECT_THAT(world_.noted.back(), HasSubstr("release after"));
  EXPECT_TRUE(orders_.idle());
  EXPECT_EQ(world_.places_taken(), 0);
  EXPECT_EQ(provisioner_.runs(), 0U);
}

// The next one's certificate may be there before the masters have begun.
TEST_F(OrdersTest, WhileMastersMayStillBeCleaningACancelledRunKeepsItsLease) {
  world_.silent = {"puppetca#clean"};
  provisioner_.joined(joiner("web1"));
  advance(4s);
  ASSERT_GT(world_.count("m-de puppetca#clean"), 0U);
  ASSERT_TRUE(cancel("web1"));
  advance(1min);
  EXPECT_EQ(state("web1"), "cancelled");
  EXPECT_EQ(releases(), 0U);
}

TEST_F(OrdersTest, NobodyGoesOnWithWhoIsCancelledUntilAnOperatorSaysSo) {
  is_under_way();
  ASSERT_TRUE(cancel("web1"));
  advance(1s);
  const auto before = world_.calls.size();
  provisioner_.joined(joiner("web1"));
  advance(2h);
  provisioner_.left("c-web1");
  provisioner_.joined(joiner("web1"));
  advance(2h);
  EXPECT_EQ(world_.calls.size(), before);
  EXPECT_EQ(state("web1"), "cancelled");
  puppet_ends_ = true;
  ASSERT_TRUE(retry("web1"));
  advance(1min);
  EXPECT_EQ(state("web1"), "finished");
}

TEST_F(OrdersTest, WhoIsCancelledBeginsAnewWhenAnOperatorSaysAgain) {
  is_under_way();
  ASSERT_TRUE(cancel("web1"));
  puppet_ends_ = true;
  ASSERT_TRUE(again("web1"));
  advance(1min);
  EXPECT_EQ(state("web1"), "finished");
}

TEST_F(OrdersTest, WhoWaitsIsCancelledAndTwiceIsOnce) {
  world_.masters.clear();
  provisioner_.joined(joiner("web1"));
  advance(1s);
  ASSERT_EQ(state("web1"), "waiting");
  ASSERT_TRUE(cancel("web1"));
  world_.add_master("m-de", {{"country", "de"}});
  provisioner_.masters_seen({"m-de"});
  advance(2h);
  EXPECT_EQ(state("web1"), "cancelled");
  EXPECT_THAT(*cancel("web1"), HasSubstr("cancelled before"));
}

TEST_F(OrdersTest, WhoIsToBeginAgainIsCancelledAlthoughItsRecordIsFinished) {
  runs_go_on();
  for (const auto* node : {"web1", "web2"}) provisioner_.joined(joiner(node));
  advance(1s);
  client::Record finished;
  finished.identity = "web3";
  finished.state = "finished";
  collective_.records["web3"] = finished;
  EXPECT_THAT(cancel("web3").error().message, HasSubstr("web3 is finished"));
  collective_.members["web3"] = {{"provision", "waiting"}};
  provisioner_.member_changed("web3");
  ASSERT_TRUE(cancel("web3"));
  puppet_ends_ = true;
  advance(1h);
  EXPECT_EQ(state("web3"), "cancelled");
}

TEST_F(OrdersTest, OnlyWhoProvisionsItCancelsIt) {
  another_runs_web1();
  EXPECT_THAT(cancel("web1").error().message,
              AllOf(HasSubstr("provisioned by orch2"), HasSubstr("ask again 11 minutes")));
  advance(workflow_.lease + 10min);
  EXPECT_TRUE(cancel("web1")) << "it is gone";
  EXPECT_EQ(state("web1"), "cancelled");
  EXPECT_THAT(cancel("web2").error().message, HasSubstr("no record"));
}

// Faults tried by hand, 11.
TEST_F(OrdersTest, WhoDiedInARunThatAProcessOfOursLeftIsCancelledAndForgotten) {
  client::Record left;
  left.identity = "web1";
  left.state = "running";
  left.orchestrator = "orch1";
  collective_.records["web1"] = left;
  ASSERT_TRUE(cancel("web1"));
  EXPECT_EQ(state("web1"), "cancelled");
  EXPECT_TRUE(forget("web1"));
}

TEST_F(OrdersTest, WhatStaysOfAForgottenNodeIsSaid) {
  client::Record record;
  record.identity = "web1";
  record.state = "finished";
  record.master = "m-de";
  collective_.records["web1"] = record;
  collective_.members["web1"] = {{"provision", "finished"}};
  world_.on("puppetca#status", [](const Value&) { return Value{{"state", "signed"}}; });
  EXPECT_THAT(forget("web1").value(), AllOf(HasSubstr("certificate of m-de stays valid"),
                                            HasSubstr("muster node ban web1")));
  collective_.records["web1"] = record;
  world_.on("puppetca#status", [](const Value&) { return Value{{"state", "revoked"}}; });
  EXPECT_THAT(forget("web1").value(), HasSubstr("is revoked, yet it is a member still"));
  collective_.records["web1"] = record;
  world_.silent.insert("puppetca#status");
  EXPECT_THAT(forget("web1").value(), HasSubstr("m-de has a certificate of it is not known"));
}

TEST_F(OrdersTest, WhoAsksToJoinStillIsProvisionedAnewAfterItWasForgotten) {
  is_under_way();
  ASSERT_TRUE(cancel("web1"));
  EXPECT_THAT(forget("web1").value(), HasSubstr("asks to join still"));
  puppet_ends_ = true;
  provisioner_.joined(joiner("web1"));
  advance(1min);
  EXPECT_EQ(state("web1"), "finished");
}

TEST_F(OrdersTest, WhoFindsNoPlaceIsToldToWaitUntilItsRunBegins) {
  runs_go_on();
  for (const auto* node : {"web1", "web2", "web3"}) provisioner_.joined(joiner(node));
  advance(1s);
  EXPECT_FALSE(collective_.record("web3")) << "a place that comes soon is not worth a word";
  advance(3s);
  ASSERT_EQ(state("web3"), "waiting");
  EXPECT_EQ(collective_.records["web3"].queued_at_ms, collective_.records["web3"].updated_at_ms);
  EXPECT_EQ(collective_.records["web3"].key_fingerprint, "fp-web3");
  EXPECT_EQ(collective_.records["web3"].started_at_ms, 0) << "older than any run, whoever has it";
  puppet_ends_ = true;
  advance(2min);
  EXPECT_EQ(state("web3"), "finished");
  EXPECT_EQ(collective_.records["web3"].queued_at_ms, 0);
  EXPECT_EQ(collective_.records["web3"].attempts, 1U);
}

TEST_F(OrdersTest, EachNodeHasItsOutcomeInTheirOrder) {
  collective_.members["web1"] = {{"provision", "finished"}};
  collective_.members["web3"] = {{"provision", "finished"}};
  auto all = orders_.carry_out(Order::again, {"web1", "web2", "web3", "no/name"}, "alice");
  all.start([] {});
  ASSERT_TRUE(world_.loop.advance_until([&] { return all.ended(); }, 1min));
  const auto outcomes = all.take();
  ASSERT_EQ(outcomes.size(), 4U);
  EXPECT_TRUE(outcomes[0]);
  EXPECT_EQ(outcomes[1].error().code, Errc::aborted);
  EXPECT_TRUE(outcomes[2]);
  EXPECT_FALSE(outcomes[3]);
}

}  // namespace
}  // namespace muster::provision
