#include "orchestrator/provision/provisioner.hpp"

#include "tests/unit/provision_engine/provisioner_lab.hpp"

namespace muster::provision {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

TEST_F(ProvisionerTest, WhoIsLetInIsProvisioned) {
  provisioner_.joined(joiner("web1"));
  advance(1min);
  EXPECT_EQ(state("web1"), "finished");
  EXPECT_EQ(collective_.records["web1"].key_fingerprint, "fp-web1");
  EXPECT_EQ(collective_.records["web1"].orchestrator, "orch1");
  EXPECT_EQ(world_.notified.size(), 1U);
  EXPECT_TRUE(provisioner_.idle());
  EXPECT_EQ(world_.places_taken(), 0);
}

TEST_F(ProvisionerTest, AnAnnouncementHeardAgainBeginsNothingNew) {
  provisioner_.joined(joiner("web1"));
  advance(1s);
  provisioner_.joined(joiner("web1"));
  advance(1min);
  EXPECT_EQ(world_.count("web1 joining provision#claim"), 1U);
}

TEST_F(ProvisionerTest, NoMoreThanItMayAreInFlightAndTheRestFollow) {
  runs_go_on();
  for (const auto* node : {"a", "b", "c"}) provisioner_.joined(joiner(node));
  advance(20s);
  EXPECT_EQ(provisioner_.runs(), 2U);
  EXPECT_EQ(state("c"), "waiting");
  puppet_ends_ = true;
  advance(2min);
  EXPECT_EQ(state("c"), "finished");
}

TEST_F(ProvisionerTest, WhoHoldsManyNamesOfOneTokenKeepsOnlyItselfWaiting) {
  runs_go_on();
  for (const auto* node : {"a1", "a2", "a3"}) provisioner_.joined(joiner(node, "greedy"));
  provisioner_.joined(joiner("z", "modest"));
  advance(1s);
  EXPECT_EQ(provisioner_.runs(), 2U);
  EXPECT_EQ(state("z"), "running");
}

TEST_F(ProvisionerTest, AMemberWhoseOrchestratorDiedIsGoneOnWith) {
  collective_.members["web1"] = {{"provision", "claimed"}};
  node_did("enter-collective", "m-us");
  provisioner_.member_changed("web1");
  advance(1min);
  EXPECT_EQ(state("web1"), "finished");
  EXPECT_EQ(world_.count("web1 provision#run"), 2U);
  EXPECT_EQ(world_.count("m-us puppetca#sign"), 0U);
}

TEST_F(ProvisionerTest, AMemberThatIsFinishedIsLeftAlone) {
  collective_.members["web1"] = {{"provision", "finished"}};
  provisioner_.member_changed("web1");
  advance(1min);
  EXPECT_TRUE(world_.calls.empty());
}

TEST_F(ProvisionerTest, WhomAnotherFinishedMeanwhileIsNotClaimedAgain) {
  world_.fails("provision#claim", Errc::aborted, "cert=orch2 holds the lease");
  world_.on("provision#status", [this](const Value&) {
    return Value{{"state", "claimed"},
                 {"owner", "cert=orch2"},
                 {"lapsed", false},
                 {"lease_expires_at_ms", world_.unix_ms() + 60'000}};
  });
  provisioner_.joined(joiner("web1"));
  advance(1s);
  ASSERT_GT(world_.calls.size(), 0U);
  const auto asked = world_.calls.size();
  provisioner_.left("c-web1");
  collective_.members["web1"] = {{"provision", "finished"}};
  provisioner_.member_changed("web1");
  advance(10min);
  EXPECT_EQ(world_.calls.size(), asked);
  EXPECT_TRUE(provisioner_.idle());
  EXPECT_EQ(state("web1"), "") << "its record is the other's";
}

class AnotherHasItTest : public ProvisionerTest {
 protected:
  // orch2 has web1, under fence 3, for a minute.
  AnotherHasItTest() {
    world_.on("provision#claim", [this](const Value& in) -> Result<Value> {
      instead_of_.push_back(in.value("instead_of", 0));
      if (instead_of_.back() == 3) return world_.claimed;
      return fail(Errc::aborted, "cert=orch2 holds the lease");
    });
    world_.on("provision#status", [this](const Value&) {
      return Value{{"state", "claimed"},
                   {"owner", "cert=orch2"},
                   {"fence", 3},
                   {"lapsed", false},
                   {"lease_expires_at_ms", world_.unix_ms() + 60'000}};
    });
  }

  std::vector<int> instead_of_;  // of each claim
};

TEST_F(AnotherHasItTest, AMemberIsGoneOnWithAtOnceWhenThatOneHasLeft) {
  collective_.members["web1"] = {{"provision", "claimed"}};
  node_did("enter-collective", "m-us");
  provisioner_.member_changed("web1");
  advance(1s);
  provisioner_.orchestrator_left("orch3");
  advance(1s);
  ASSERT_EQ(instead_of_.size(), 1U);
  provisioner_.orchestrator_left("orch2");
  advance(1s);
  EXPECT_EQ(instead_of_.back(), 3);
  advance(1min);
  EXPECT_EQ(state("web1"), "finished");
}

// What masters were asked for may be done yet: until the lease is over nobody has a certificate made.
TEST_F(AnotherHasItTest, OfWhoHasNoCertificateTheLeaseRunsOut) {
  provisioner_.joined(joiner("web1"));
  advance(1s);
  provisioner_.orchestrator_left("orch2");
  advance(30s);
  EXPECT_EQ(instead_of_.size(), 1U);
}

TEST_F(ProvisionerTest, WithoutAMasterANodeIsHeldUpAndGoesOnWhenOneComes) {
  const auto masters = std::exchange(world_.masters, {});
  provisioner_.joined(joiner("web1"));
  advance(2min);
  EXPECT_TRUE(provisioner_.anyone_held_up());
  EXPECT_EQ(state("web1"), "waiting");
  EXPECT_EQ(collective_.records["web1"].attempts, 0U) << "it is not the node's fault";
  provisioner_.masters_seen({});
  const auto asked = world_.calls.size();
  advance(0ms);
  EXPECT_EQ(world_.calls.size(), asked) << "nothing changed";
  provisioner_.masters_seen({"m-de is ill"});
  advance(0ms);
  EXPECT_GT(world_.calls.size(), asked) << "what it waits for is told anew";
  advance(30s);
  EXPECT_EQ(collective_.records["web1"].attempts, 0U);
  world_.masters = masters;
  provisioner_.masters_seen({"m-de"});
  advance(30s);
  EXPECT_EQ(state("web1"), "finished");
}

TEST_F(ProvisionerTest, AfterItsLastAttemptANodeWaitsForAPersonWhoIsTold) {
  world_.fails("provision#set_puppet_host", Errc::aborted, "read-only file system");
  provisioner_.joined(joiner("web1"));
  advance(2h);
  EXPECT_EQ(state("web1"), "failed");
  EXPECT_EQ(collective_.records["web1"].attempts, workflow_.attempts);
  ASSERT_EQ(world_.notified.size(), 1U) << "once";
  EXPECT_THAT(world_.notified.front().reason, HasSubstr("read-only file system"));
}

TEST_F(ProvisionerTest, ThatPeopleAreToldOfAFailureIsSaidOnceItStandsInTheOutbox) {
  world_.fails("provision#set_puppet_host", Errc::aborted, "read-only file system");
  world_.told_people = fail(Errc::io, "No space left on device");
  provisioner_.joined(joiner("web1"));
  ASSERT_TRUE(world_.loop.advance_until([&] { return state("web1") == "failed"; }, 30min));
  EXPECT_FALSE(collective_.records["web1"].told);
  const auto tries = world_.notified.size();
  provisioner_.tell_people(collective_.records["web1"]);
  EXPECT_EQ(world_.notified.size(), tries) << "it is being told";
  world_.told_people = {};
  advance(2min);
  EXPECT_TRUE(collective_.records["web1"].told);
  EXPECT_EQ(collective_.records["web1"].orchestrator, "orch1");
}

TEST_F(ProvisionerTest, ANodeThatGoesOnMeanwhileIsNotMarkedByWhatWasToldBefore) {
  world_.fails("provision#set_puppet_host", Errc::aborted, "read-only file system");
  world_.told_people = fail(Errc::io, "No space left on device");
  provisioner_.joined(joiner("web1"));
  ASSERT_TRUE(world_.loop.advance_until([&] { return state("web1") == "failed"; }, 30min));
  another_runs_web1();
  world_.told_people = {};
  advance(2min);
  EXPECT_TRUE(provisioner_.idle());
  EXPECT_EQ(state("web1"), "running");
  EXPECT_FALSE(collective_.records["web1"].told);
}

TEST_F(ProvisionerTest, AnOutboxThatIsFullLosesNoNode) {
  world_.fails("provision#set_puppet_host", Errc::aborted, "read-only file system");
  world_.told_people = fail(Errc::limit, "the outbox is full");
  provisioner_.joined(joiner("web1"));
  advance(2h);
  EXPECT_EQ(state("web1"), "failed");
  EXPECT_TRUE(provisioner_.idle());
}

TEST_F(ProvisionerTest, WhatPeopleCouldNotBeToldIsToldOnceTheOutboxCanBeWrittenAgain) {
  world_.fails("provision#set_puppet_host", Errc::aborted, "read-only file system");
  world_.told_people = fail(Errc::io, "No space left on device");
  provisioner_.joined(joiner("web1"));
  ASSERT_TRUE(world_.loop.advance_until([&] { return state("web1") == "failed"; }, 30min));
  advance(2min);
  EXPECT_FALSE(provisioner_.idle());
  world_.told_people = {};
  advance(2min);
  EXPECT_TRUE(provisioner_.idle());
  const auto tries = world_.notified.size();
  EXPECT_GT(tries, 1U);
  advance(1h);
  EXPECT_EQ(world_.notified.size(), tries) << "once it is told, it is told";
}

// `muster provision retry` was carried out by another orchestrator, which died.
TEST_F(ProvisionerTest, WhoFailedHereAndGoesOnElsewhereIsTakenOverOnceThatOneIsSilent) {
  world_.fails("provision#set_puppet_host", Errc::aborted, "read-only file system");
  provisioner_.joined(joiner("web1"));
  advance(2h);
  ASSERT_EQ(state("web1"), "failed");
  provisioner_.record_heard("web1");
  ASSERT_FALSE(provisioner_.is_due("web1")) << "a person is to look";
  auto wish = collective_.records["web1"];
  wish.state = "waiting";
  wish.attempts = 0;
  ++wish.retries;
  wish.orchestrator = "orch2";
  wish.retry_at_ms = wish.updated_at_ms = world_.unix_ms();
  collective_.records["web1"] = wish;
  world_.on("provision#set_puppet_host", [](const Value&) { return Value::object(); });
  provisioner_.record_heard("web1");
  advance(workflow_.lease);
  EXPECT_EQ(provisioner_.runs(), 0U) << "that one may have it";
  advance(1min);
  EXPECT_EQ(state("web1"), "finished");
}

TEST_F(ProvisionerTest, WhoIsBannedIsNotBegunWith) {
  collective_.banned.insert("web1");
  provisioner_.joined(joiner("web1"));
  advance(1min);
  EXPECT_TRUE(world_.calls.empty());
}

// It was told under the lease of before, and the outcome under none: that was taken for another orchestrator's.
TEST_F(ProvisionerTest, AfterAClaimThatWasNotAnsweredTheOutcomeIsToldAndWhenItIsTriedAgain) {
  client::Record before;
  before.identity = "web1";
  before.run_id = "r";
  before.orchestrator = "orch1";
  before.state = "running";
  before.fence = 3;
  before.updated_at_ms = world_.unix_ms();
  collective_.records["web1"] = before;
  world_.silent = {"provision#claim", "provision#status"};
  provisioner_.joined(joiner("web1"));
  advance(11s);
  ASSERT_TRUE(provisioner_.idle());
  EXPECT_THAT(collective_.overtaken, testing::IsEmpty());
  EXPECT_EQ(state("web1"), "waiting");
  EXPECT_GT(collective_.records["web1"].retry_at_ms, 0);
  EXPECT_EQ(collective_.records["web1"].fence, 3);
}

// Faults tried by hand, 17: each claim at an address that is dead cost five seconds and an attempt.
TEST_F(ProvisionerTest, NobodyIsAskedAtAnAddressThatWasTakenDownDuringTheRun) {
  world_.silent = {"provision#set_puppet_host", "provision#release"};
  provisioner_.joined(joiner("web1"));
  advance(5s);
  ASSERT_EQ(provisioner_.runs(), 1U);
  provisioner_.left("c-web1");
  advance(2h);
  EXPECT_EQ(world_.count("web1 joining provision#claim"), 1U);
  EXPECT_EQ(collective_.records["web1"].attempts, 1U);
  world_.silent.clear();
  provisioner_.joined(joiner("web1"));
  advance(1min);
  EXPECT_EQ(state("web1"), "finished");
}

TEST_F(ProvisionerTest, AStopEndsEveryRunAtOnceAndBeginsNone) {
  runs_go_on();
  for (const auto* node : {"a", "b", "c"}) provisioner_.joined(joiner(node));
  advance(20s);
  ASSERT_EQ(provisioner_.runs(), 2U);
  world_.waits.stop();
  advance(world_.latency);
  EXPECT_TRUE(provisioner_.idle());
  EXPECT_EQ(state("a"), "waiting");
  EXPECT_EQ(collective_.records["a"].attempts, 0U);
  const auto asked = world_.calls.size();
  advance(1h);
  EXPECT_EQ(world_.calls.size(), asked);
  EXPECT_EQ(world_.count("c joining provision#claim"), 0U);
}

}  // namespace
}  // namespace muster::provision
