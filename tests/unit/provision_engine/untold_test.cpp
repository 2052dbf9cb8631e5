// What people were not told of: failures, claims of a name, and who is late.
#include "orchestrator/provision/untold.hpp"

#include "orchestrator/provision/run_elsewhere.hpp"
#include "tests/unit/provision_engine/record_notes_lab.hpp"

namespace muster::provision {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

// An orchestrator that died between its record and its outbox: nobody was told, for ever.
class UntoldFailureTest : public RecordNotesTest {
 protected:
  client::Record& failed(const std::string& identity, const std::string& orchestrator) {
    auto& it = record(identity, "failed");
    it.orchestrator = orchestrator;
    notes_.record_heard(identity);
    return it;
  }
};

TEST_F(UntoldFailureTest, WhoWroteItTellsOfItWhenItIsBackAtOnceAndOnce) {
  outbox_takes_it_ = false;
  failed("web1", "orch1").reason = "read-only file system";
  look();
  ASSERT_EQ(told_.size(), 1U);
  EXPECT_EQ(told_.front().reason, "read-only file system");
  look(2 * kToldByOthersAfter);
  EXPECT_EQ(told_.size(), 1U) << "it is being told";
}

// The outbox was full for an hour, and whoever had given up never tried again.
TEST_F(UntoldFailureTest, WhatCouldNotBeToldIsToldAnewUntilItStandsInAnOutbox) {
  outbox_takes_it_ = false;
  failed("web1", "orch1");
  failed("web2", "orch2");
  look();
  look(kToldByOthersAfter);
  ASSERT_EQ(told_.size(), 2U);
  look(kToldAnewAfter - kToldByOthersAfter);
  look(kToldByOthersAfter);
  EXPECT_EQ(told_.size(), 4U);
  outbox_takes_it_ = true;
  look(kToldAnewAfter);
  look(kToldAnewAfter);
  EXPECT_EQ(told_.size(), 6U) << "until it was told";
}

TEST_F(UntoldFailureTest, WhoDoesNotComeBackLeavesItToAnother) {
  RecordNotes others{parts("orch3")};
  failed("web1", "orch2");
  others.record_heard("web1");
  look(kToldByOthersAfter / 2);
  EXPECT_TRUE(told_.empty()) << "it may be writing its outbox";
  loop_.advance(kToldByOthersAfter);
  others.tell_untold();
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

// Whoever had begun it died, or had a full outbox for an hour: that a stolen machine's certificates are valid was told to nobody.
TEST_F(RecordNotesTest, ADepartureThatStaysHalfWayIsToldByAnotherAndOnce) {
  auto& it = record("web1", client::kLeaving);
  it.run_id = "r";
  it.attempts = 5;
  it.orchestrator = "orch2";
  it.reason = "ban: disk full";
  it.no_step_since_ms = clock_.unix_ms();
  it.retry_at_ms = clock_.unix_ms() + 1;
  collective_.members["web1"] = {{"provision", "finished"}};
  notes_.record_heard("web1");
  look(2 * kToldByOthersAfter);
  EXPECT_TRUE(told_.empty()) << "it is tried again";
  it.retry_at_ms = 0;
  notes_.record_heard("web1");
  look();
  EXPECT_TRUE(told_.empty()) << "who wrote it may be writing its outbox";
  look(kToldByOthersAfter);
  ASSERT_EQ(told_.size(), 1U);
  EXPECT_EQ(told_.front().state, client::kLeaving);
  EXPECT_FALSE(told_.front().told_late);
  EXPECT_TRUE(collective_.records["web1"].told);
  look(kToldAnewAfter);
  EXPECT_EQ(told_.size(), 1U);
}

// Whoever finished it had a full outbox, and died: a node in production was told to nobody.
class UntoldSuccessTest : public RecordNotesTest {
 protected:
  client::Record& finished(const std::string& orchestrator) {
    auto& it = record("web1", "finished");
    it.run_id = "r1";
    it.orchestrator = orchestrator;
    it.untold = true;
    collective_.members["web1"] = {{"provision", "finished"}};
    notes_.record_heard("web1");
    return it;
  }
};

TEST_F(UntoldSuccessTest, AnotherTellsOfItOnce) {
  finished("orch2");
  look();
  EXPECT_TRUE(told_.empty()) << "it may be writing its outbox";
  look(kToldByOthersAfter);
  ASSERT_EQ(told_.size(), 1U);
  EXPECT_EQ(told_.front().state, "finished");
  EXPECT_FALSE(collective_.records["web1"].untold);
  look(kToldAnewAfter);
  EXPECT_EQ(told_.size(), 1U);
}

TEST_F(UntoldSuccessTest, WhoeverTellsItWhileTheRunIsOnItsWayHasToldIt) {
  auto on_its_way = finished("orch1");
  on_its_way.state = "running";
  mark(on_its_way);
  EXPECT_FALSE(collective_.records["web1"].untold);
  finished("orch1").run_id = "r2";
  mark(on_its_way);
  EXPECT_TRUE(collective_.records["web1"].untold) << "that was another run";
}

TEST_F(UntoldSuccessTest, WhoHasFailedSinceIsTalkedOfAsFailed) {
  finished("orch1").state = "failed";
  collective_.members.clear();
  look();
  ASSERT_EQ(told_.size(), 1U);
  EXPECT_EQ(told_.front().state, "failed");
}

TEST_F(UntoldSuccessTest, OfWhatNobodyWasToTellNothingIsTold) {
  finished("orch1").untold = false;
  look(2 * kToldByOthersAfter);
  EXPECT_TRUE(told_.empty());
}

// A name claim whose orchestrator died between record and outbox was told to nobody.
class UntoldClaimTest : public RecordNotesTest {
 protected:
  void asked_for_by(const std::string& key) {
    record("web1", "finished").claim = messages::NameClaim{key, "10.0.0.9", 1};
    notes_.record_heard("web1");
  }
};

TEST_F(UntoldClaimTest, AClaimThatNobodyWasToldOfIsToldByAnother) {
  collective_.members["web1"] = {{"provision", "finished"}};
  asked_for_by("k1");
  look(kToldByOthersAfter / 2);
  EXPECT_TRUE(told_.empty()) << "who noted it may be writing its outbox";
  look(kToldByOthersAfter);
  ASSERT_EQ(told_.size(), 1U);
  EXPECT_EQ(told_.front().claim->key_fingerprint, "k1");
  look(kToldByOthersAfter);
  EXPECT_EQ(told_.size(), 1U);
}

TEST_F(UntoldClaimTest, WhatWasToldOrApprovedIsNotToldAgain) {
  asks("web1", "k1");
  ASSERT_TRUE(collective_.records["web1"].claim->told);
  asked_for_by("k2");
  collective_.records["web1"].approval = messages::NameApproval{"k2", "alice", 1, 2};
  notes_.record_heard("web1");
  look(2 * kToldByOthersAfter);
  EXPECT_EQ(told_.size(), 1U);
}

// Faults tried by hand, 11 and 12: nodes "ran" and waited for ever, and nobody was told.
class LateTest : public RecordNotesTest {
 protected:
  client::Record& on_its_way(const std::string& state, const std::string& orchestrator) {
    auto& it = record("web1", state);
    it.run_id = "r";
    it.orchestrator = orchestrator;
    it.started_at_ms = it.no_step_since_ms = clock_.unix_ms();
    it.reason = "pick-master: the master whose CA issued this node's certificate is not online";
    notes_.record_heard("web1");
    return it;
  }
  const std::chrono::seconds late_ = shipped_workflow().late_after;
};

TEST_F(LateTest, WhoWaitsLongerThanItsWorkflowSaysIsToldOnceWithItsReason) {
  on_its_way("waiting", "orch1");
  look(late_ - 5s);
  EXPECT_TRUE(told_.empty());
  look(5s);
  ASSERT_EQ(told_.size(), 1U);
  EXPECT_EQ(news_of(told_.front()), News::late);
  EXPECT_THAT(told_.front().reason, HasSubstr("is not online"));
  EXPECT_TRUE(collective_.records["web1"].told_late) << "for every orchestrator to see";
  EXPECT_EQ(state_of("web1"), "waiting");
  notes_.record_heard("web1");
  look(2 * late_);
  EXPECT_EQ(told_.size(), 1U);
}

TEST_F(LateTest, AFurtherStepBeginsTheTimeAnewAndTheNextStandstillIsToldAsWell) {
  on_its_way("waiting", "orch1");
  look(late_);
  ASSERT_EQ(told_.size(), 1U);
  on_its_way("waiting", "orch1").told_late = false;
  look(late_ - 5s);
  EXPECT_EQ(told_.size(), 1U);
  look(5s);
  ASSERT_EQ(told_.size(), 2U);
  EXPECT_NE(key_of(told_[0]), key_of(told_[1]));
}

TEST_F(LateTest, WhoseOrchestratorIsDeadIsToldByAnotherOfThoseThatAreThere) {
  RecordNotes others{parts("orch3")};
  on_its_way("waiting", "orch2");
  others.record_heard("web1");
  look(late_);
  EXPECT_TRUE(told_.empty()) << "its own is to tell";
  others.tell_untold();
  loop_.advance(kToldByOthersAfter);
  others.tell_untold();
  look();
  EXPECT_EQ(told_.size(), 1U) << "one of them";
}

TEST_F(LateTest, AStepThatRunsHasItsOwnTimeBesides) {
  on_its_way("running", "orch1").step = "bootstrap-run";
  here_["web1"] = {};
  notes_.record_heard("web1");
  look(late_ + 1h - 5s);
  EXPECT_TRUE(told_.empty()) << "a Puppet run may take that long";
  look(5s);
  EXPECT_EQ(told_.size(), 1U);
}

TEST_F(LateTest, WhoFinishedFailedOrWaitsForAPersonWhoWasToldIsNotLate) {
  on_its_way("finished", "orch1");
  look(2 * late_);
  on_its_way("failed", "orch1").told = true;
  look(2 * late_);
  asks("web2", "k1");
  notes_.record_heard("web2");
  look(2 * late_);
  EXPECT_EQ(told_.size(), 1U) << "that web2's name is asked for";
}

// The orchestrator started anew, or is gone, and the node never comes back: `again` and `forget` refused it.
TEST_F(LateTest, ARunThatNobodyRunsOfANodeThatIsNotThereHasFailedAndPeopleAreToldWhy) {
  on_its_way("running", "orch2").step = "claim";
  look(late_ + kSilentAfterLease);
  look(kLookedAtAgainAfter);
  EXPECT_EQ(state_of("web1"), "failed");
  EXPECT_THAT(collective_.records["web1"].reason, HasSubstr("orch2 runs it no more"));
  ASSERT_EQ(told_.size(), 1U);
  EXPECT_EQ(news_of(told_.front()), News::outcome);
  look(kToldByOthersAfter);
  EXPECT_EQ(told_.size(), 1U);
}

TEST_F(LateTest, OurOwnRunOfBeforeWeDiedHasFailedTooUnlessTheNodeIsThere) {
  on_its_way("running", "orch1").step = "claim";
  here_["web1"] = {};
  look(late_ + 1min);
  EXPECT_EQ(state_of("web1"), "running");
  EXPECT_EQ(told_.size(), 1U) << "it is late, and goes on when it can";
  here_.clear();
  collective_.members["web1"] = {{"provision", "claimed"}};
  look(kLookedAtAgainAfter);
  EXPECT_EQ(state_of("web1"), "running");
  collective_.members.clear();
  look(kLookedAtAgainAfter);
  EXPECT_EQ(state_of("web1"), "failed");
}

}  // namespace
}  // namespace muster::provision
