#include "orchestrator/provision/provisioner.hpp"

#include <algorithm>
#include <utility>

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

// The node wrote down that it is finished, and its answer was lost with its power; we said so once it was back, while our link was down.
TEST_F(ProvisionerTest, WhoIsFinishedByItsOwnWordBeforeTheNextTryIsNotTriedAgain) {
  world_.on("provision#finish", [](const Value&) -> Result<Value> {
    return fail(Errc::aborted, "no space left on device");
  });
  provisioner_.joined(joiner("web1"));
  ASSERT_TRUE(world_.loop.advance_until([&] { return state("web1") == "waiting"; },
                                        std::chrono::minutes(5)));
  collective_.members["web1"] = {{"provision", "finished"}};
  collective_.records["web1"].state = "finished";
  const auto claims = world_.count("web1 provision#claim");
  const auto run = collective_.records["web1"].run_id;
  advance(std::chrono::minutes(10));
  EXPECT_EQ(world_.count("web1 provision#claim"), claims);
  EXPECT_EQ(collective_.records["web1"].run_id, run);
  EXPECT_EQ(state("web1"), "finished");
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

TEST_F(ProvisionerTest, WhatAnotherToldWhileOurOutboxWasFullIsNotToldTwice) {
  world_.fails("provision#set_puppet_host", Errc::aborted, "read-only file system");
  world_.told_people = fail(Errc::io, "No space left on device");
  provisioner_.joined(joiner("web1"));
  ASSERT_TRUE(world_.loop.advance_until([&] { return state("web1") == "failed"; }, 30min));
  advance(1s);
  const auto tries = world_.notified.size();
  collective_.records["web1"].told = true;
  world_.told_people = {};
  advance(2min);
  EXPECT_TRUE(provisioner_.idle());
  EXPECT_EQ(world_.notified.size(), tries);
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

// They were given by name, so that one called z waited for all others.
TEST_F(ProvisionerTest, WhoWaitsForAPlaceAtAMasterShowsSinceWhenAndTheLongestIsFirst) {
  for (auto& master : world_.masters)
    master = MasterCandidate{master.identity, Value::object(), false, "is full"};
  for (auto& master : world_.masters) master.is_full = true;
  provisioner_.joined(joiner("z"));
  advance(1s);
  const auto since_ms = world_.unix_ms();
  provisioner_.joined(joiner("a"));
  advance(1s);
  EXPECT_EQ(state("z"), "waiting");
  EXPECT_LT(collective_.records["z"].master_queued_at_ms, since_ms);
  EXPECT_GE(collective_.records["a"].master_queued_at_ms, since_ms);
  const auto first = collective_.records["z"].master_queued_at_ms;
  advance(10min);
  EXPECT_EQ(collective_.records["z"].master_queued_at_ms, first) << "kept over hold-ups";
  for (auto& master : world_.masters) master.healthy = true;
  for (auto& master : world_.masters) master.is_full = false;
  provisioner_.masters_seen({"m-de"});
  advance(10min);
  EXPECT_EQ(state("z"), "finished");
  EXPECT_EQ(collective_.records["z"].master_queued_at_ms, 0);
}

// An approval, or a master that is ill, was waited for longest, and whoever waited for the place heard nothing of it.
TEST_F(ProvisionerTest, AFreePlaceWakesNobodyWhoWaitsForSomethingElse) {
  world_.slow["provision#claim"] = 10min;
  provisioner_.joined(joiner("x"));
  advance(100ms);
  world_.slow.clear();
  const auto masters = std::exchange(world_.masters, {});
  provisioner_.joined(joiner("a"));
  advance(300ms);
  ASSERT_EQ(state("a"), "waiting");
  world_.masters = masters;
  for (auto& master : world_.masters) master.healthy = false;
  for (auto& master : world_.masters) master.is_full = true;
  provisioner_.joined(joiner("z"));
  advance(300ms);
  ASSERT_GT(collective_.records["z"].master_queued_at_ms, 0);
  ASSERT_TRUE(provisioner_.stop("x"));
  advance(100ms);
  EXPECT_EQ(world_.count("a joining provision#claim"), 1U);
  EXPECT_EQ(world_.count("z joining provision#claim"), 2U);
}

// Two orchestrators heard two machines in another order, and each let in the first that it heard of.
TEST_F(ProvisionerTest, WhoseNameAnotherMachineIsOnItsWayUnderElsewhereIsNotBegunWith) {
  another_runs_web1();
  collective_.records["web1"].key_fingerprint = "the first one's";
  provisioner_.joined(joiner("web1"));
  advance(1min);
  EXPECT_TRUE(world_.calls.empty());
  EXPECT_FALSE(provisioner_.is_due("web1"));
  auto approved = joiner("web1");
  approved.replaces = true;
  provisioner_.joined(approved);
  advance(1min);
  EXPECT_EQ(world_.count("web1 joining provision#claim"), 1U);
}

// Each announcement, every 300 s, sent it to the end of the queue.
TEST_F(ProvisionerTest, WhoAnnouncesItselfAgainKeepsItsPlaceInTheQueue) {
  runs_go_on();
  for (const auto* node : {"a", "b"}) provisioner_.joined(joiner(node));
  advance(1s);
  provisioner_.joined(joiner("first"));
  advance(1s);
  provisioner_.joined(joiner("second"));
  advance(1s);
  provisioner_.joined(joiner("first"));
  puppet_ends_ = true;
  ASSERT_TRUE(world_.loop.advance_until(
      [&] { return world_.count("second joining provision#claim") == 1; }, 10min));
  EXPECT_EQ(world_.count("first joining provision#claim"), 1U);
  EXPECT_LT(std::find(world_.calls.begin(), world_.calls.end(), "first joining provision#claim"),
            std::find(world_.calls.begin(), world_.calls.end(), "second joining provision#claim"));
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

TEST_F(ProvisionerTest, ANodeOfWhichPeopleCannotBeToldYetIsInProductionAndTheyAreToldLater) {
  world_.told_people = fail(Errc::limit, "the outbox is full");
  provisioner_.joined(joiner("web1"));
  advance(1min);
  EXPECT_EQ(state("web1"), "finished");
  EXPECT_EQ(collective_.records["web1"].attempts, 1U);
  EXPECT_FALSE(provisioner_.idle()) << "they are to be told";
  world_.told_people = {};
  advance(2min);
  EXPECT_TRUE(provisioner_.idle());
  const auto tries = world_.notified.size();
  advance(2h);
  EXPECT_EQ(world_.notified.size(), tries);
}

TEST_F(ProvisionerTest, NodesThatFailKeepNoFreshOneWaiting) {
  world_.on("provision#set_puppet_host", [this](const Value&) -> Result<Value> {
    if (world_.calls.back().starts_with("fresh ")) return Value::object();
    return fail(Errc::aborted, "read-only file system");
  });
  for (const auto* node : {"a", "b", "c", "d", "e", "f"}) provisioner_.joined(joiner(node));
  advance(10s);
  provisioner_.joined(joiner("fresh"));
  advance(1min);
  EXPECT_EQ(state("fresh"), "finished");
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
