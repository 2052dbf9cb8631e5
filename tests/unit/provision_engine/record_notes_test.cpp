#include "orchestrator/provision/record_notes.hpp"

#include "tests/unit/provision_engine/record_notes_lab.hpp"

namespace muster::provision {
namespace {

using testing::HasSubstr;

TEST_F(RecordNotesTest, WhoIsRefusedShowsWhy) {
  notes_.refused("web1", "its token is spent");
  EXPECT_EQ(collective_.records["web1"].state, "refused");
  EXPECT_EQ(collective_.records["web1"].reason, "its token is spent");
}

TEST_F(RecordNotesTest, WhoIsToldToComeAgainWaitsVisiblyUntilItIsRefusedOrLetIn) {
  notes_.postponed("web1", "its program failed");
  EXPECT_EQ(collective_.records["web1"].state, "waiting");
  EXPECT_EQ(collective_.records["web1"].reason, "its program failed");
  const auto since = collective_.records["web1"].started_at_ms;
  loop_.advance(std::chrono::seconds(300));
  notes_.postponed("web1", "its program failed again");
  EXPECT_EQ(collective_.records["web1"].reason, "its program failed again");
  EXPECT_EQ(collective_.records["web1"].started_at_ms, since) << "since when it waits";
  notes_.refused("web1", "unknown serial");
  EXPECT_EQ(collective_.records["web1"].state, "refused");
  EXPECT_TRUE(told_.empty());
}

TEST_F(RecordNotesTest, WhoIsToldToComeAgainHidesNoNodeThatIsKnown) {
  record("web1", "running").run_id = "r";
  record("web2", "waiting").run_id = "r";
  record("web3", "finished");
  for (const auto* node : {"web1", "web2", "web3"}) notes_.postponed(node, "its program failed");
  EXPECT_EQ(collective_.records["web1"].state, "running");
  EXPECT_EQ(collective_.records["web2"].reason, "");
  EXPECT_EQ(collective_.records["web3"].state, "finished");
  EXPECT_THAT(collective_.records["web3"].reason, HasSubstr("waits: its program failed"));
}

TEST_F(RecordNotesTest, WhatIsNotedOfANodeThatWasForgottenCountsAlthoughOurClockIsBehind) {
  auto& forgotten = collective_.forgotten["web1"];
  forgotten.state = client::kForgotten;
  forgotten.started_at_ms = clock_.unix_ms() + 3'600'000;
  collective_.forgotten["web2"] = collective_.forgotten["web3"] = forgotten;
  notes_.refused("web1", "its token is spent");
  asks("web2", "k1");
  collective_.members["web3"] = {{"provision", "damaged"}};
  shows_itself("web3");
  EXPECT_EQ(collective_.records["web1"].state, "refused");
  EXPECT_EQ(collective_.records["web2"].state, "waiting");
  EXPECT_EQ(collective_.records["web3"].state, "failed");
}

TEST_F(RecordNotesTest, WhoWasLetInBeforeOurTurnCameWaitsForNobody) {
  record("web1", "finished");
  notes_.asks_for_name(applicant("web1", "k2"), "held");
  record("web1", "running").key_fingerprint = "k2";
  loop_.advance(kTurnsTake);
  EXPECT_FALSE(collective_.records["web1"].claim);
  EXPECT_TRUE(told_.empty());
}

TEST_F(RecordNotesTest, ARefusalHidesNoNodeThatIsKnown) {
  record("web1", "waiting");
  notes_.refused("web1", "its token is spent");
  EXPECT_EQ(collective_.records["web1"].state, "waiting");
  record("web2", "finished");
  notes_.refused("web2", "its token is spent");
  EXPECT_EQ(collective_.records["web2"].state, "finished");
  EXPECT_THAT(collective_.records["web2"].reason, HasSubstr("its token is spent"));
  collective_.members["web3"] = Value::object();
  notes_.refused("web3", "its token is spent");
  EXPECT_FALSE(collective_.records.contains("web3"));
}

TEST_F(RecordNotesTest, WhoAsksForANameThatIsHeldIsNotedAndToldOnce) {
  record("web1", "finished");
  asks("web1", "k1");
  asks("web1", "k1");
  EXPECT_EQ(collective_.records["web1"].state, "finished") << "it is the evidence";
  EXPECT_EQ(collective_.records["web1"].claim->key_fingerprint, "k1");
  EXPECT_EQ(told_.size(), 1U);
}

TEST_F(RecordNotesTest, BesideARunThatIsOnItsWayBothAddressesAreNotedAndItsOwnWordStands) {
  auto& running = record("web1", "running");
  running.run_id = "r";
  running.key_fingerprint = "first";
  running.address = "10.0.0.1";
  running.reason = "last time";
  const auto updated_at_ms = running.updated_at_ms;
  loop_.advance(std::chrono::minutes(1));
  asks("web1", "k1");
  const auto& noted = collective_.records["web1"];
  EXPECT_EQ(noted.claim->key_fingerprint, "k1");
  EXPECT_EQ(noted.address, "10.0.0.1");
  EXPECT_EQ(noted.reason, "last time");
  EXPECT_LT(noted.updated_at_ms, updated_at_ms + 10)
      << "its orchestrator is no more alive for this";
  ASSERT_EQ(told_.size(), 1U);
  EXPECT_THAT(told_.front().reason, HasSubstr("waits for approval of the machine at"));
}

TEST_F(RecordNotesTest, BeforeTheFirstHasARecordItsAddressIsThatOfWhoWasLetIn) {
  here_["web1"] = {"first", "10.0.0.1"};
  asks("web1", "k1");
  EXPECT_EQ(collective_.records["web1"].address, "10.0.0.1");
  EXPECT_EQ(collective_.records["web1"].key_fingerprint, "first");
  here_["web2"] = {"k1", "10.0.0.2"};
  asks("web2", "k1");
  EXPECT_FALSE(collective_.records.contains("web2")) << "it was let in before our turn came";
}

TEST_F(RecordNotesTest, WhatWasFinishedWhileNobodySaidSoIsTold) {
  record("web1", "running").steps = {{"notify", "running", 0, 0, 1, ""}};
  collective_.members["web1"] = {{"provision", "finished"}};
  notes_.member_changed("web1");
  notes_.tell_finished();
  EXPECT_EQ(collective_.records["web1"].state, "running") << "whoever finished it may say so yet";
  loop_.advance(std::chrono::seconds(11));
  notes_.tell_finished();
  EXPECT_EQ(collective_.records["web1"].state, "finished");
  EXPECT_EQ(collective_.records["web1"].steps.front().state, "done");
}

// Of an orchestrator whose clock was ahead: by its time the record was an hour young for an hour.
TEST_F(RecordNotesTest, WhatIsNotSaidToBeFinishedByAWrongClockIsToldAsWell) {
  record("web1", "waiting").updated_at_ms += 3'600'000;
  collective_.members["web1"] = {{"provision", "finished"}};
  notes_.record_heard("web1");
  loop_.advance(std::chrono::seconds(11));
  notes_.tell_finished();
  EXPECT_EQ(collective_.records["web1"].state, "finished");
}

TEST_F(RecordNotesTest, WhoeverStillSaysSomethingOfItIsGivenItsTimeAnew) {
  record("web1", "running");
  collective_.members["web1"] = {{"provision", "finished"}};
  notes_.record_heard("web1");
  loop_.advance(std::chrono::seconds(9));
  record("web1", "running");
  notes_.record_heard("web1");
  loop_.advance(std::chrono::seconds(9));
  notes_.tell_finished();
  EXPECT_EQ(collective_.records["web1"].state, "running");
  loop_.advance(std::chrono::seconds(2));
  notes_.tell_finished();
  EXPECT_EQ(collective_.records["web1"].state, "finished");
}

TEST_F(RecordNotesTest, ANodeThatOneGaveUpAndAnotherFinishedIsFinished) {
  record("web1", "failed").reason = "claim: web1 did not answer provision#claim within 5 s";
  collective_.members["web1"] = {{"provision", "finished"}};
  notes_.record_heard("web1");
  loop_.advance(std::chrono::seconds(11));
  notes_.tell_finished();
  EXPECT_EQ(collective_.records["web1"].state, "finished");
  EXPECT_EQ(collective_.records["web1"].reason, "");
}

TEST_F(RecordNotesTest, ANodeThatOneRefusedWhileAnotherFinishedItIsFinished) {
  record("web1", "refused").reason = "its token is spent";
  collective_.members["web1"] = {{"provision", "finished"}};
  notes_.record_heard("web1");
  loop_.advance(std::chrono::seconds(11));
  notes_.tell_finished();
  EXPECT_EQ(collective_.records["web1"].state, "finished");
}

TEST_F(RecordNotesTest, ANodeThatSaysItselfThatItHasFailedIsLeftAsItIs) {
  record("web1", "failed");
  collective_.members["web1"] = {{"provision", "failed"}};
  notes_.record_heard("web1");
  loop_.advance(std::chrono::seconds(11));
  notes_.tell_finished();
  EXPECT_EQ(collective_.records["web1"].state, "failed");
}

TEST_F(RecordNotesTest, ARecordThatComesAfterTheNodesWordIsLookedAtAsWell) {
  collective_.members["web1"] = {{"provision", "finished"}};
  notes_.member_changed("web1");
  notes_.tell_finished();
  record("web1", "running");
  notes_.record_heard("web1");
  loop_.advance(std::chrono::seconds(11));
  notes_.tell_finished();
  EXPECT_EQ(collective_.records["web1"].state, "finished");
}

TEST_F(RecordNotesTest, WhoIsSaidToBeUnfinishedMeanwhileIsLeftAsItIs) {
  record("web1", "running");
  collective_.members["web1"] = {{"provision", "finished"}};
  notes_.member_changed("web1");
  collective_.members["web1"] = {{"provision", "claimed"}};
  loop_.advance(std::chrono::seconds(11));
  notes_.tell_finished();
  EXPECT_EQ(collective_.records["web1"].state, "running");
}

// Whatever came second was dropped, and came again only when the node showed itself anew.
TEST_F(RecordNotesTest, TwoThingsThatAreToBeSaidOfANodeAreBothSaid) {
  record("web1", "running");
  collective_.members["web1"] = {{"provision", "damaged"}};
  notes_.asks_for_name(applicant("web1", "k1"), "held");
  notes_.member_changed("web1");
  loop_.advance(kTurnsTake);
  EXPECT_EQ(state_of("web1"), "failed");
  EXPECT_EQ(collective_.records["web1"].claim->key_fingerprint, "k1");
  EXPECT_EQ(told_.size(), 2U);
}

// Each hears every announcement and all presence, and told people of it.
TEST_F(RecordNotesTest, OfSeveralOrchestratorsOneTells) {
  RecordNotes others{parts("orch2")};
  record("web1", "finished");
  record("web2", "running");
  collective_.members["web2"] = {{"provision", "damaged"}};
  for (auto* each : {&notes_, &others}) {
    each->asks_for_name(applicant("web1", "k1"), "held");
    each->member_changed("web2");
  }
  EXPECT_TRUE(told_.empty()) << "each waits for its turn";
  loop_.advance(kTurnsTake);
  EXPECT_EQ(told_.size(), 2U) << "of two nodes";
}

TEST_F(RecordNotesTest, WhoDiesBeforeItsTurnLeavesItToTheOthers) {
  {
    RecordNotes dies{parts("orch2")};
    record("web1", "finished");
    dies.asks_for_name(applicant("web1", "k1"), "held");  // it goes with its turn
  }
  asks("web1", "k1");
  EXPECT_EQ(told_.size(), 1U);
}

TEST_F(RecordNotesTest,
       OfADepartureThatIsHeldUpForTooLongPeopleAreToldAlsoWhileItsNodeIsInProduction) {
  auto& leaving = record("web1", client::kLeaving);
  leaving.orchestrator = "orch1";
  leaving.run_id = "r1";
  leaving.no_step_since_ms = clock_.unix_ms();
  leaving.retry_at_ms = clock_.unix_ms() + 300'000;
  collective_.members["web1"] = {{"provision", "finished"}};
  notes_.record_heard("web1");
  look(std::chrono::minutes(20));
  EXPECT_TRUE(told_.empty());
  look(std::chrono::minutes(20));
  ASSERT_EQ(told_.size(), 1U);
  EXPECT_TRUE(told_[0].told_late);
}

// Faults tried by hand, 13: it was stuck, and nobody was told.
TEST_F(RecordNotesTest, ANodeThatCannotReadHowFarItIsWaitsForAPersonWhoIsToldOnce) {
  record("web1", "running");
  collective_.members["web1"] = {{"provision", "damaged"}};
  shows_itself("web1");
  shows_itself("web1");
  EXPECT_EQ(collective_.records["web1"].state, "failed");
  EXPECT_THAT(collective_.records["web1"].reason, HasSubstr("muster provision again web1"));
  EXPECT_EQ(told_.size(), 1U);
}

TEST_F(RecordNotesTest, AFileThatIsDamagedInProductionChangesNoRecord) {
  record("web1", "finished");
  collective_.members["web1"] = {{"provision", "damaged"}};
  shows_itself("web1");
  EXPECT_EQ(collective_.records["web1"].state, "finished");
  EXPECT_TRUE(told_.empty());
}

}  // namespace
}  // namespace muster::provision
