// Runs of nodes that somebody has begun with before.
#include "orchestrator/provision/run/node_run.hpp"

#include "tests/unit/provision_engine/node_run_lab.hpp"

namespace muster::provision {
namespace {

// Or whoever asks for a name could keep people from hearing what became of its node.
TEST_F(NodeRunTest, AnotherMachinesClaimDoesNotHideTheOutcome) {
  auto before = record_of("waiting", 1);
  before.claim = messages::NameClaim{"another key", "10.0.0.9", 1};
  EXPECT_EQ(run(before, false).kind, Ending::Kind::finished);
  ASSERT_EQ(world_.notified.size(), 1U);
  EXPECT_FALSE(world_.notified.front().claim);
  EXPECT_TRUE(record_.claim) << "it is still there for an operator to see";
}

TEST_F(NodeRunTest, ANodeThatAnotherHasIsLeftAlone) {
  world_.fails("provision#claim", Errc::aborted, "leased by cert=orch2");
  world_.on("provision#status", [](const Value&) {
    return Value{{"state", "claimed"},
                 {"owner", "cert=orch2"},
                 {"lapsed", false},
                 {"lease_expires_at_ms", 5'000'000}};
  });
  const auto ending = run();
  EXPECT_EQ(ending.kind, Ending::Kind::yielded);
  EXPECT_EQ(ending.holder.until_ms, 5'000'000);
  EXPECT_EQ(told_, 0) << "its record is the other's to tell";
  EXPECT_EQ(world_.count("web1 joining provision#release"), 0U);
}

TEST_F(NodeRunTest, ALostLeaseEndsTheAttemptWithoutAWordAboutTheNode) {
  world_.fails("provision#set_puppet_host", Errc::aborted, "stale fence");
  world_.fails("provision#release", Errc::aborted, "stale fence");
  EXPECT_EQ(run().kind, Ending::Kind::yielded);
  EXPECT_EQ(record_.step, "set-puppet-host");
  EXPECT_EQ(record_.state, "running");
}

// Its fences begin again, so its words would be older than those of the run that the old machine was in.
TEST_F(NodeRunTest, AMachineThatWasInstalledAnewInItsRunIsInAnotherRun) {
  auto before = record_of("running", 1);
  before.fence = 40;
  world_.claimed = Value{{"fence", 1}, {"attempts", 1}};
  EXPECT_EQ(run(before).kind, Ending::Kind::finished);
  EXPECT_NE(record_.run_id, before.run_id);
  EXPECT_EQ(record_.fence, 1);
}

TEST_F(NodeRunTest, OneThatIsAtTheSameLeaseAgainWasInstalledAnewToo) {
  auto before = record_of("running", 1);
  before.fence = 1;
  world_.claimed = Value{{"fence", 1}, {"attempts", 1}};
  EXPECT_EQ(run(before).kind, Ending::Kind::finished);
  EXPECT_NE(record_.run_id, before.run_id);
}

// Another orchestrator may have it by now, and is not to be overwritten by one that only cannot reach it.
TEST_F(NodeRunTest, WithoutALeaseItSpeaksUnderTheLastOneThatItKnows) {
  world_.fails("provision#claim", Errc::unavailable, "no answer");
  world_.fails("provision#status", Errc::unavailable, "no answer");
  auto before = record_of("waiting", 1);
  before.fence = 3;
  EXPECT_EQ(run(before).kind, Ending::Kind::again);
  EXPECT_EQ(record_.state, "waiting");
  EXPECT_EQ(record_.fence, 3);
}

TEST_F(NodeRunTest, ARunBeganLaterThanTheOneBeforeItWhateverTheClockSays) {
  const auto late = world_.unix_ms() + 3'600'000;
  auto before = record_of("finished", 1);
  before.started_at_ms = late;
  EXPECT_EQ(run(before).kind, Ending::Kind::finished);
  EXPECT_EQ(record_.started_at_ms, late + 1);
}

TEST_F(NodeRunTest, AnewItBeganLaterTooThoughNothingOfTheRecordCounts) {
  auto input = node(std::nullopt, true, true);
  input.last_began_at_ms = world_.unix_ms() + 3'600'000;
  const auto attempt = run_of(input);
  EXPECT_EQ(attempt->record().started_at_ms, input.last_began_at_ms + 1);
}

// Of two runs the later one is told, and its clock may be behind.
TEST_F(NodeRunTest, ItBeganLaterThanAnotherRunThatWasHeardOfUntilTheLeaseWasItsOwn) {
  auto other = record_of("running", 1);
  other.run_id = "other";
  other.fence = 6;
  other.started_at_ms = world_.unix_ms() + 3'600'000;
  auto input = node();
  input.newest = [&] { return world_.calls.empty() ? std::nullopt : std::optional(other); };
  run_to_end(input);
  EXPECT_EQ(record_.state, "finished");
  EXPECT_EQ(record_.started_at_ms, other.started_at_ms + 1);
}

TEST_F(NodeRunTest, ItsOwnRunDoesNotBeginAgain) {
  auto before = record_of("running", 1);
  before.started_at_ms = 5;
  auto input = node(before);
  input.newest = [&] { return std::optional(before); };
  run_to_end(input);
  EXPECT_EQ(record_.started_at_ms, 5);
}

// It was stopped meanwhile, and what it knew of the node was old. Seed 1 of the chaos suite.
TEST_F(NodeRunTest, AMemberThatAnotherFinishedAndThatDoesNotAnswerIsTheOthersToTell) {
  auto other = record_of("finished", 1);
  other.orchestrator = "orch2";
  auto input = node(other, /*joining=*/false);
  input.newest = [&] { return std::optional(other); };
  world_.silent = {"provision#claim", "provision#status"};
  EXPECT_EQ(run_to_end(input).kind, Ending::Kind::yielded);
  EXPECT_EQ(told_, 0);
}

// It could hear nobody while the node was provisioned, and holds its old announcement for a machine that asks to join.
TEST_F(NodeRunTest, AnOldAnnouncementOfWhoWasFinishedSinceHidesNoRecord) {
  auto other = record_of("finished", 1);
  other.orchestrator = "orch2";
  other.key_fingerprint = "k1";
  auto input = node(other);
  input.key_fingerprint = "k1";
  input.newest = [&] { return std::optional(other); };
  world_.silent = {"provision#claim", "provision#status"};
  EXPECT_EQ(run_to_end(input).kind, Ending::Kind::yielded);
  EXPECT_EQ(told_, 0);
}

TEST_F(NodeRunTest, ANewMachineThatDoesNotAnswerIsNotTheNodeThatWasFinished) {
  auto other = record_of("finished", 1);
  other.orchestrator = "orch2";
  other.key_fingerprint = "k1";
  auto input = node(other);
  input.key_fingerprint = "k2";
  input.newest = [&] { return std::optional(other); };
  world_.silent = {"provision#claim", "provision#status"};
  EXPECT_EQ(run_to_end(input).kind, Ending::Kind::again);
  EXPECT_EQ(record_.key_fingerprint, "k2");
}

TEST_F(NodeRunTest, AnotherOrchestratorGoesOnAfterTheLastFinishedStep) {
  node_did("fetch-certificate", "m-us");
  EXPECT_EQ(run().kind, Ending::Kind::finished);
  EXPECT_EQ(record_.master, "m-us");
  EXPECT_EQ(world_.count("m-us puppetca#clean"), 0U);
  EXPECT_EQ(world_.count("web1 joining provision#request_certificate"), 0U);
  EXPECT_EQ(world_.count("web1 joining provision#enter_collective"), 1U);
}

TEST_F(NodeRunTest, WhatAFinishedStepLearntIsAskedForAgain) {
  node_did("request-certificate", "m-us");
  EXPECT_EQ(run().kind, Ending::Kind::finished);
  EXPECT_EQ(world_.count("web1 joining provision#request_certificate"), 1U);
  EXPECT_EQ(world_.count("m-us puppetca#clean"), 0U);
}

TEST_F(NodeRunTest, WithAMasterThatIsGoneItBeginsAgain) {
  node_did("bootstrap-run", "m-gone");
  EXPECT_EQ(run().kind, Ending::Kind::finished);
  EXPECT_EQ(record_.master, "m-de");
  EXPECT_EQ(world_.count("m-de puppetca#clean"), 1U);
}

TEST_F(NodeRunTest, ANodeFinishedOnceThatLostItsCertificateIsMadeAnew) {
  int claims = 0;
  world_.on("provision#claim", [&](const Value&) -> Result<Value> {
    if (++claims == 1) return fail(Errc::aborted, "provisioning is finished");
    return world_.claimed;
  });
  world_.on("provision#status", [](const Value&) {
    return Value{{"state", "finished"}, {"owner", ""}};
  });
  EXPECT_EQ(run().kind, Ending::Kind::finished);
  EXPECT_EQ(world_.count("web1 joining provision#again"), 1U);
}

TEST_F(NodeRunTest, ANodeThatAnotherHasFinishedIsLeftAsItIs) {
  world_.fails("provision#claim", Errc::aborted, "provisioning was finished");
  world_.on("provision#status", [](const Value&) {
    return Value{{"state", "finished"}, {"owner", ""}};
  });
  EXPECT_EQ(run(record_of("waiting", 1), false).kind, Ending::Kind::nothing_to_do);
  EXPECT_EQ(told_, 0);
}

TEST_F(NodeRunTest, AFailedNodeStaysFailedUntilAPersonSaysOtherwise) {
  world_.on("provision#status", [](const Value&) { return Value{{"state", "failed"}}; });
  const auto before = record_of("failed", workflow_.attempts);
  EXPECT_EQ(run(before).kind, Ending::Kind::nothing_to_do);
  EXPECT_EQ(world_.count("web1 joining provision#claim"), 0U);
  EXPECT_EQ(told_, 0);
  EXPECT_EQ(run(before, true, true).kind, Ending::Kind::finished);
}

TEST_F(NodeRunTest, AFailedNodeThatWasInstalledAnewBeginsAnew) {
  world_.on("provision#status", [](const Value&) { return Value{{"state", "waiting"}}; });
  world_.claimed = Value{{"fence", 7}, {"attempts", 1}};
  EXPECT_EQ(run(record_of("failed", workflow_.attempts)).kind, Ending::Kind::finished);
  EXPECT_EQ(record_.attempts, 1U);
  EXPECT_NE(record_.run_id, "r");
}

TEST_F(NodeRunTest, AnewMeansFromTheFirstStepWhateverTheNodeRemembers) {
  node_did("request-certificate", "m-us");
  EXPECT_EQ(run(std::nullopt, true, true).kind, Ending::Kind::finished);
  EXPECT_EQ(record_.master, "m-de");
  EXPECT_EQ(world_.count("m-us puppetca#clean"), 1U);
}

// Faults tried by hand, 14: it was told a second time, under another id.
TEST_F(NodeRunTest, ANodeThatKnowsOurRunGoesOnWithItHoweverOftenItWasClaimed) {
  node_did("notify", "m-us");
  (*world_.claimed)["attempts"] = 1;
  EXPECT_EQ(run(record_of("waiting", 1), false).kind, Ending::Kind::finished);
  EXPECT_EQ(record_.run_id, "r");
  EXPECT_TRUE(world_.notified.empty());
}

// The node could not write down that it was to finish. Seed 253 of the simulated site: each orchestrator told people.
TEST_F(NodeRunTest, WhatAnotherOrchestratorToldOfTheRunIsNotToldAgain) {
  node_did("production-run", "m-us");
  auto before = record_of("waiting", 1);
  before.orchestrator = "orch2";
  before.steps.emplace_back().name = "notify";
  before.steps.back().state = "done";
  EXPECT_EQ(run(before, false).kind, Ending::Kind::finished);
  EXPECT_TRUE(world_.notified.empty());
  EXPECT_EQ(step("notify").state, "done");
}

// The orchestrator that had told people died before it finished, and no record of it is known here: they were told again
// under another id.
TEST_F(NodeRunTest, WhoGoesOnWithARunThatNobodyToldOfTellsPeopleUnderItsId) {
  node_did("production-run", "m-us");
  EXPECT_EQ(run(std::nullopt, false).kind, Ending::Kind::finished);
  ASSERT_EQ(world_.notified.size(), 1U);
  EXPECT_EQ(world_.notified.front().run_id, "r") << "as the node says";
}

// Else people would be told once more, under another id, where the broker lost the record.
TEST_F(NodeRunTest, ItIsThatRunAlsoWhereItBeginsWithTheFirstStepAgain) {
  node_did("notify", "m-gone");
  EXPECT_EQ(run(std::nullopt, false).kind, Ending::Kind::finished);
  EXPECT_EQ(record_.master, "m-us") << "whose CA it belongs to";
  EXPECT_EQ(record_.run_id, "r");
}

TEST_F(NodeRunTest, AttemptsOfARunThatNobodyToldOfAreCountedOnAsTheNodeKnowsThem) {
  node_did("production-run", "m-us");
  auto& told = world_.claimed->at("progress");
  told["attempts"] = 3;
  told["retries"] = 1;
  told["started_at_ms"] = world_.unix_ms() - 5'000;
  const auto began_at_ms = world_.unix_ms() - 5'000;
  EXPECT_EQ(run(std::nullopt, false).kind, Ending::Kind::finished);
  EXPECT_EQ(record_.attempts, 3U);
  EXPECT_EQ(record_.retries, 1U);
  EXPECT_EQ(record_.started_at_ms, began_at_ms);
}

// Seed 45 of the simulated site: an attempt that had to begin with the first step told the node so, and the record was lost.
TEST_F(NodeRunTest, ARunOfWhichNothingIsFinishedAnyMoreIsStillThatRun) {
  node_did("claim", "m-us");
  EXPECT_EQ(run(std::nullopt, false).kind, Ending::Kind::finished);
  EXPECT_EQ(record_.run_id, "r");
}

TEST_F(NodeRunTest, WhoIsToldToBeginAnewIsInAnotherRunThanTheNodeSays) {
  node_did("claim", "m-us");
  EXPECT_EQ(run(std::nullopt, false, /*anew=*/true).kind, Ending::Kind::finished);
  EXPECT_NE(record_.run_id, "r");
}

TEST_F(NodeRunTest, TheRecordOfARunThatIsHeardOfLateBeganWithThatRun) {
  node_did("bootstrap-run", "m-us");
  auto of_the_dead = record_of("running", 1);
  of_the_dead.started_at_ms = world_.unix_ms() + 3'600'000;
  auto input = node(std::nullopt, false);
  input.newest = [&] { return world_.calls.empty() ? std::nullopt : std::optional(of_the_dead); };
  run_to_end(input);
  EXPECT_EQ(record_.run_id, "r");
  EXPECT_EQ(record_.started_at_ms, of_the_dead.started_at_ms);
}

TEST_F(NodeRunTest, TheRecordSaysWhatTheNodeIsTold) {
  run();
  EXPECT_EQ(record_.fence, 7);
  EXPECT_EQ(record_.workflow_hash, workflow_.hash);
  EXPECT_EQ(workflow_.hash.size(), 64U);
  EXPECT_EQ(record_.finished.size(), workflow_.steps.size() - 1) << "all but the claim";
}

TEST_F(NodeRunTest, WithAMasterThatIsRetiredItGoesOnWhereItHadBegunThere) {
  node_did("request-certificate", "m-us");
  for (auto& master : world_.masters)
    if (master.identity == "m-us") master.retired_by = "alice";
  EXPECT_EQ(run(record_of("running", 1)).kind, Ending::Kind::finished);
  EXPECT_EQ(record_.master, "m-us");
}

TEST_F(NodeRunTest, ChosenAloneAMasterThatIsRetiredSinceIsNotGoneOnWith) {
  node_did("pick-master", "m-us");
  for (auto& master : world_.masters)
    if (master.identity == "m-us") master.retired_by = "alice";
  EXPECT_EQ(run(record_of("running", 1)).kind, Ending::Kind::finished);
  EXPECT_EQ(record_.master, "m-de");
}

}  // namespace
}  // namespace muster::provision
