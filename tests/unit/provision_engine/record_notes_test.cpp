#include "orchestrator/provision/record_notes.hpp"

#include <gmock/gmock.h>

#include "tests/support/virtual_loop/virtual_loop.hpp"
#include "tests/unit/provision_engine/fake_collective.hpp"

namespace muster::provision {
namespace {

using testing::HasSubstr;

class RecordNotesTest : public testing::Test {
 protected:
  client::Record& record(const std::string& identity, const std::string& state) {
    auto& record = collective_.records[identity];
    record.identity = identity;
    record.state = state;
    record.updated_at_ms = clock_.unix_ms();
    return record;
  }
  static admission::Applicant applicant(const std::string& identity, const std::string& key) {
    admission::Applicant applicant;
    applicant.identity = identity;
    applicant.key_fingerprint = key;
    return applicant;
  }

  void asks(const std::string& identity, const std::string& key) {
    notes_.asks_for_name(applicant(identity, key), "held");
    loop_.advance(kTurnsTake);
  }
  void shows_itself(const std::string& identity) {
    notes_.member_changed(identity);
    loop_.advance(kTurnsTake);
  }
  RecordNotes::TellPeople tell() {
    return [this](client::Record record) { told_.push_back(std::move(record)); };
  }

  fakes::VirtualLoop loop_;
  const base::Clock& clock_ = loop_.clock();
  loop::Waits waits_{loop_};
  FakeCollective collective_;
  std::vector<client::Record> told_;
  RecordNotes notes_{collective_, waits_, "puppet", "orch1", tell()};
};

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

// Each hears every announcement and all presence, and told people of it.
TEST_F(RecordNotesTest, OfSeveralOrchestratorsOneTells) {
  RecordNotes others{collective_, waits_, "puppet", "orch2", tell()};
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
    RecordNotes dies{collective_, waits_, "puppet", "orch2", tell()};
    record("web1", "finished");
    dies.asks_for_name(applicant("web1", "k1"), "held");
  }
  asks("web1", "k1");
  EXPECT_EQ(told_.size(), 1U);
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

// An orchestrator that died between its record and its outbox: nobody was told, for ever.
class UntoldFailureTest : public RecordNotesTest {
 protected:
  client::Record& failed(const std::string& identity, const std::string& orchestrator) {
    auto& it = record(identity, "failed");
    it.orchestrator = orchestrator;
    notes_.record_heard(identity);
    return it;
  }
  void look(std::chrono::seconds after = std::chrono::seconds(0)) {
    loop_.advance(after);
    notes_.tell_failed();
    loop_.advance(kTurnsTake);
  }
};

TEST_F(UntoldFailureTest, WhoWroteItTellsOfItWhenItIsBackAtOnceAndOnce) {
  failed("web1", "orch1").reason = "read-only file system";
  look();
  ASSERT_EQ(told_.size(), 1U);
  EXPECT_EQ(told_.front().reason, "read-only file system");
  look(2 * kToldByOthersAfter);
  EXPECT_EQ(told_.size(), 1U) << "it stands in the outbox, or was given up";
}

TEST_F(UntoldFailureTest, WhoDoesNotComeBackLeavesItToAnother) {
  RecordNotes others{collective_, waits_, "puppet", "orch3", [this](client::Record record) {
                       collective_.records[record.identity].told = true;
                       told_.push_back(std::move(record));
                     }};
  failed("web1", "orch2");
  others.record_heard("web1");
  look(kToldByOthersAfter / 2);
  EXPECT_TRUE(told_.empty()) << "it may be writing its outbox";
  loop_.advance(kToldByOthersAfter);
  others.tell_failed();
  look();
  look();
  EXPECT_EQ(told_.size(), 1U) << "one of them";
}

TEST_F(UntoldFailureTest, WhatPeopleWereToldIsNotToldAgain) {
  failed("web1", "orch1").told = true;
  look();
  failed("web2", "orch2");
  collective_.records["web2"].told = true;
  look(2 * kToldByOthersAfter);
  EXPECT_TRUE(told_.empty());
}

TEST_F(UntoldFailureTest, WhoGoesOnOrIsFinishedHasNotFailed) {
  failed("web1", "orch2");
  failed("web2", "orch1");
  record("web1", "running");
  collective_.members["web2"] = {{"provision", "finished"}};
  look(2 * kToldByOthersAfter);
  EXPECT_TRUE(told_.empty());
}

TEST_F(UntoldFailureTest, AnotherFailureOfTheSameNodeIsToldAsWell) {
  failed("web1", "orch1");
  look();
  collective_.records["web1"].told = true;
  look();
  collective_.records["web1"].told = false;
  failed("web1", "orch1").attempts = 3;
  look();
  EXPECT_EQ(told_.size(), 2U);
}

}  // namespace
}  // namespace muster::provision
