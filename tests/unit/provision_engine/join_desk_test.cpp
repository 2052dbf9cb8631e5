// The desk: what the rules say is what is done.
#include "orchestrator/provision/join_desk.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/fakes/wait_until.hpp"
#include "tests/support/pki/test_revocations.hpp"
#include "tests/unit/provision_engine/join_desk_lab.hpp"

namespace muster::provision {
namespace {

using client::LabNode;

TEST_F(JoinDeskTest, AFreeNameIsGivenAfterOneQuestionToTheCa) {
  ca_says("absent");
  announce(token(), key_);
  EXPECT_EQ(joined_, 1);
  EXPECT_EQ(asked(), 1U);
}

TEST_F(JoinDeskTest, WhatNobodyKnowsWhileTheBrokerIsAwayIsNoRefusalAndIsJudgedAgain) {
  ca_says("absent");
  ledger_host_.linked = false;
  announce(token(), key_);
  EXPECT_EQ(refused_, 0);
  EXPECT_EQ(joined_, 0);
  EXPECT_EQ(answered_, 1) << "that it waits";
  ledger_host_.linked = true;
  world_.loop.advance(kDecidedAgainAfter);
  advance();
  EXPECT_EQ(joined_, 1);
}

// The broker lost all records, every orchestrator was started anew, and the machine of that name was not back yet when another came.
TEST_F(JoinDeskTest, ANameThatAnotherKeyHadIsNotFreeBeforeItsRecordCouldBeSaidAgain) {
  ca_says("absent");
  const auto file = token();
  announce(file, key_);
  ASSERT_EQ(joined_, 1);
  has_just_begun_ = true;
  announce(file, x509::Key::generate_p256().value());
  EXPECT_EQ(joined_, 1);
  EXPECT_EQ(waiting_ + refused_ + postponed_, 0)
      << "nothing is written into the record that may come";
  EXPECT_EQ(answered_, 2) << "that it waits";
  announce(file, key_);
  EXPECT_EQ(joined_, 2) << "the machine itself";
  has_just_begun_ = false;
  world_.loop.advance(kDecidedAgainAfter);
  advance();
  EXPECT_EQ(joined_, 3) << "nobody said that it is another's";
}

TEST_F(JoinDeskTest, AStopThatComesBeforeItIsKnownWhetherATokenIsSpentRefusesNobody) {
  ca_says("absent");
  use_bus_.drops = true;
  announce(token([](security::JoinClaims& claims) { claims.uses = 1; }), key_);
  world_.waits.stop();
  advance();
  EXPECT_EQ(refused_, 0);
  EXPECT_EQ(answered_, 0);
  EXPECT_TRUE(desk_.idle());
}

TEST_F(JoinDeskTest, AThiefWithAPatternTokenWaitsAndIsToldOnce) {
  ca_says("signed");
  const auto file = token();
  announce(file, key_);
  EXPECT_EQ(waiting_, 1);
  announce(file, key_);
  EXPECT_EQ(answered_, 2);
  EXPECT_EQ(joined_, 0);
  EXPECT_EQ(waiting_, 1);
  EXPECT_EQ(ledger_.standing(file.claims, {"web-1", key_.fingerprint(), ""}).used, 0U);
}

// By its record, whichever orchestrator wrote it, or before there is one by who was let in here.
TEST_F(JoinDeskTest, WhoComesSecondUnderAFreeNameWaitsUntilTheFirstIsDoneOrGivenUp) {
  ca_says("absent");
  here_ = MachineHere{"first key", "10.0.0.1"};
  announce(token(), key_);
  EXPECT_EQ(joined_, 0);
  EXPECT_EQ(waiting_, 1);
  EXPECT_THAT(asks_because_, testing::HasSubstr("10.0.0.1"));
  here_.reset();
  auto& record = collective_.records["web-1"];
  record.key_fingerprint = "first key";
  record.state = "running";
  judge_again();
  EXPECT_EQ(joined_, 0);
  record.state = "cancelled";
  judge_again();
  EXPECT_EQ(joined_, 1);
  EXPECT_EQ(waiting_, 1) << "people are told once";
}

// Another's step of its provisioning was published meanwhile, and did not know of the claim.
TEST_F(JoinDeskTest, AClaimThatWasLostIsShownAgain) {
  ca_says("signed");
  const auto file = token();
  announce(file, key_);
  ASSERT_EQ(waiting_, 1);
  collective_.records["web-1"].claim.reset();
  announce(file, key_);
  EXPECT_EQ(waiting_, 2);
}

TEST_F(JoinDeskTest, AMachineThatIsGoneDoesNotTakeTheNameFromWhoAsksForIt) {
  ca_says("signed");
  announce(token(), key_);
  ASSERT_EQ(waiting_, 1);
  desk_.left("c1");
  EXPECT_FALSE(desk_.waits("web-1"));
  announce(token(), x509::Key::generate_p256().value());
  EXPECT_EQ(waiting_, 2);
}

TEST_F(JoinDeskTest, TheMachineThatAnOperatorSawIsNotExchanged) {
  ca_says("signed");
  announce(token(), key_);
  ASSERT_EQ(waiting_, 1);
  announce(token(), x509::Key::generate_p256().value());
  ASSERT_EQ(answered_, 2);
  approve(key_);
  judge_again();
  EXPECT_EQ(joined_, 1);
  EXPECT_EQ(waiting_, 1) << "people are not told of each that comes";
}

TEST_F(JoinDeskTest, ALedgerThatCountsNothingMoreRefusesInWords) {
  ca_says("absent");
  ledger_host_.unread = 1;
  announce(token(), key_);
  ASSERT_EQ(refused_, 1);
  EXPECT_EQ(answered_, 1);
  EXPECT_EQ(joined_, 0);
  EXPECT_EQ(told_full_.size(), 1U);
  EXPECT_NE(refusal_.find("no token is used any more"), std::string::npos) << refusal_;
}

TEST_F(JoinDeskTest, NobodyIsLetInBeforeTheUseIsOnDisk) {
  ca_says("absent");
  ledger_host_.disk_takes = std::chrono::seconds(2);
  const auto file = token();
  announce(file, key_);
  EXPECT_EQ(ledger_.standing(file.claims, {"web-1", key_.fingerprint(), ""}).used, 1U);
  EXPECT_EQ(joined_ + answered_, 0);
  world_.loop.advance(std::chrono::seconds(2));
  run_due();
  EXPECT_EQ(joined_, 1);
  EXPECT_EQ(answered_, 1);
}

TEST_F(JoinDeskTest, WhoAnnouncesAgainWhileTheUseIsWrittenIsNotLetInBefore) {
  ca_says("absent");
  ledger_host_.disk_takes = std::chrono::seconds(2);
  ledger_host_.linked = false;
  const auto file = token();
  announce(file, key_);
  announce(file, key_);
  EXPECT_EQ(joined_ + answered_, 0);
  world_.loop.advance(std::chrono::seconds(2));
  EXPECT_EQ(joined_, 0) << "the use could not be told and was taken back";
  ledger_host_.linked = true;
  world_.loop.advance(std::chrono::seconds(3));
  run_due();
  EXPECT_EQ(joined_, 1);
  EXPECT_EQ(ledger_.standing(file.claims, {"web-1", key_.fingerprint(), ""}).used, 1U);
}

TEST_F(JoinDeskTest, WhoIsBannedWhileTheUseIsWrittenIsRefused) {
  ca_says("absent");
  ledger_host_.disk_takes = std::chrono::seconds(2);
  announce(token(), key_);
  ASSERT_TRUE(lab_.link().take(client::Ban{.identity = "web-1", .number = 1}));
  world_.loop.advance(std::chrono::seconds(2));
  EXPECT_EQ(refused_, 1);
  EXPECT_EQ(joined_, 0);
}

TEST_F(JoinDeskTest, ATokenThatIsRevokedWhileItsUseIsWrittenLetsNobodyIn) {
  ca_says("absent");
  ledger_host_.disk_takes = std::chrono::seconds(2);
  const auto file = token();
  announce(file, key_);
  ledger_host_.disk_takes = std::chrono::milliseconds(5);
  revoke(file.claims.id);
  world_.loop.advance(std::chrono::seconds(2));
  EXPECT_EQ(refused_, 1);
  EXPECT_NE(refusal_.find("revoked by alice"), std::string::npos) << refusal_;
  EXPECT_EQ(joined_, 0);
}

// The next announcement is looked at while this one waits for the CA.
TEST_F(JoinDeskTest, WhoWaitsForAnAnswerHoldsNobodyUp) {
  ca_says("absent");
  world_.silent.insert("puppetca#status");
  hear(announcement_of(token(), key_));
  EXPECT_EQ(examined_, 1);
  hear(announcement_of(token(), x509::Key::generate_p256().value()));
  EXPECT_EQ(examined_, 2);
  EXPECT_EQ(desk_.under_way(), 2U);
  EXPECT_EQ(joined_, 0);
}

TEST_F(JoinDeskTest, WhoIsBannedWhileTheCaIsAskedIsRefused) {
  ca_says("absent");
  hear(announcement_of(token(), key_));
  ASSERT_TRUE(lab_.link().take(client::Ban{.identity = "web-1", .number = 1}));
  advance();
  EXPECT_EQ(refused_, 1);
  EXPECT_EQ(joined_, 0);
}

TEST_F(JoinDeskTest, AStopEndsEachWaitAndJudgesNobody) {
  ca_says("absent");
  world_.silent.insert("puppetca#status");
  hear(announcement_of(token(), key_));
  ASSERT_FALSE(desk_.idle());
  world_.waits.stop();
  run_due();
  EXPECT_TRUE(desk_.idle());
  EXPECT_EQ(joined_ + refused_ + waiting_ + answered_, 0);
}

TEST_F(JoinDeskTest, ARevokedTokenFillsNoListOfNodes) {
  ca_says("absent");
  const auto file = token();
  revoke(file.claims.id);
  for (std::size_t i = 0; i < kRefusedRecords.burst + 50; ++i) announce(file, key_);
  EXPECT_EQ(refused_, static_cast<int>(kRefusedRecords.burst));
}

TEST_F(JoinDeskTest, AnApprovalLetsTheMachineInThatWaitsWithoutAnotherAnnouncement) {
  ca_says("signed");
  announce(token(), key_);
  ASSERT_EQ(waiting_, 1);
  approve(x509::Key::generate_p256().value());
  judge_again();
  EXPECT_EQ(asked(), 2U);
  EXPECT_TRUE(desk_.waits("web-1"));
  EXPECT_EQ(joined_, 0) << "it was for another key";
  approve(key_);
  judge_again();
  EXPECT_EQ(joined_, 1);
}

TEST_F(JoinDeskTest, ABannedNameIsRefused) {
  ca_says("absent");
  ASSERT_TRUE(lab_.link().take(client::Ban{.identity = "web-1", .number = 1}));
  announce(token(), key_);
  EXPECT_EQ(refused_, 1);
  ASSERT_TRUE(lab_.link().take(client::Ban{.identity = "web-1", .banned = false, .number = 2}));
  announce(token(), key_);
  EXPECT_EQ(joined_, 1);
}

TEST_F(JoinDeskTest, ATokenOfARevokedIssuerLetsNobodyIn) {
  ca_says("absent");
  ASSERT_TRUE(
      lab_.link().take(test::revoke(lab_.pki().root(), 1, {lab_.pki().issuer().certificate})));
  announce(token(), key_);
  EXPECT_EQ(joined_ + refused_ + waiting_, 0) << "answered, and no record made";
  EXPECT_EQ(answered_, 1);
  EXPECT_EQ(asked(), 0U);
}

TEST_F(JoinDeskTest, ATokenThatReplacesAsksNobody) {
  ca_says("signed");
  announce(token([](security::JoinClaims& claims) { claims.replace = true; }), key_);
  EXPECT_EQ(joined_, 1);
  EXPECT_EQ(asked(), 0U);
}

TEST_F(JoinDeskTest, AProviderThatKnowsTheOldInstanceToBeGoneLetsTheNewOneIn) {
  ca_says("signed");
  provider_says_ = GoneWord{true, "i-0abc was terminated"};
  collective_.records["web-1"].address = "10.0.0.7";
  announce(token(), key_);
  EXPECT_EQ(joined_, 1);
  EXPECT_EQ(waiting_, 0);
  ASSERT_EQ(provider_asked_.size(), 1U);
  EXPECT_EQ(provider_asked_[0].at("name"), "web-1");
  EXPECT_EQ(provider_asked_[0].at("held_address"), "10.0.0.7");
}

TEST_F(JoinDeskTest, AProviderThatKnowsTheOldInstanceFreesNoName) {
  ca_says("signed");
  provider_says_ = GoneWord{false, ""};
  announce(token(), key_);
  EXPECT_EQ(waiting_, 1);
  EXPECT_EQ(joined_, 0);
}

TEST_F(JoinDeskTest, WhoIsOnTheBusIsNotGoneWhateverAProviderSays) {
  ca_says("signed");
  provider_says_ = GoneWord{true, ""};
  LabNode holder(lab_, "web-1");
  holder.show(holder.presence());
  ASSERT_TRUE(fakes::wait_until([&] { return fleet_->find("web-1") != nullptr; }));
  announce(token(), key_);
  EXPECT_EQ(waiting_, 1);
  EXPECT_EQ(joined_, 0);
  EXPECT_TRUE(provider_asked_.empty());
}

TEST_F(JoinDeskTest, WhomTheProviderIsNotAskedAboutWaitsAndIsToldWhy) {
  ca_says("signed");
  provider_.takes = kGonePatience;
  std::vector<loop::Task<Result<bool>>> others;
  for (std::size_t i = 0; i < kGoneQuestions; ++i) {
    const auto name = "db-" + std::to_string(i);
    others.push_back(gone_.ask("t" + std::to_string(i), name, {{"name", name}}));
    others.back().start([] {});
  }
  announce(token(), key_);
  EXPECT_EQ(waiting_, 1);
  EXPECT_EQ(answered_, 1);
  EXPECT_NE(asks_because_.find("the machines' provider is not asked now"), std::string::npos)
      << asks_because_;
}

TEST_F(JoinDeskTest, WhoWaitsWithATokenOfARevokedIssuerIsRefusedAtOnce) {
  ca_says("signed");
  announce(token(), key_);
  ASSERT_EQ(waiting_, 1);
  desk_.judge_distrusted();
  run_due();
  EXPECT_TRUE(desk_.waits("web-1"));
  ASSERT_TRUE(
      lab_.link().take(test::revoke(lab_.pki().root(), 1, {lab_.pki().issuer().certificate})));
  desk_.judge_distrusted();
  run_due();
  EXPECT_FALSE(desk_.waits("web-1"));
  EXPECT_EQ(refused_, 1);
  EXPECT_EQ(answered_, 2);
  EXPECT_NE(refusal_.find("the issuer of its token is worth nothing"), std::string::npos)
      << refusal_;
}

TEST_F(JoinDeskTest, AnIssuerThatIsRevokedWhileTheUseIsWrittenLetsNobodyIn) {
  ca_says("absent");
  ledger_host_.disk_takes = std::chrono::seconds(2);
  announce(token(), key_);
  ASSERT_TRUE(
      lab_.link().take(test::revoke(lab_.pki().root(), 1, {lab_.pki().issuer().certificate})));
  world_.loop.advance(std::chrono::seconds(2));
  EXPECT_EQ(refused_, 1);
  EXPECT_EQ(joined_, 0);
}

TEST_F(JoinDeskTest, AnAnswerThatIsOnItsWayIsWaitedFor) {
  messages::JoinAnswer out;
  out.client_id = "c1";
  zone_.answer(std::move(out), "web-1");
  EXPECT_FALSE(zone_.idle());
  int ended = 0;
  zone_.on_end([&] { ++ended; });
  run_due();
  EXPECT_TRUE(zone_.idle());
  EXPECT_EQ(ended, 1);
  EXPECT_EQ(answered_, 1);
}

TEST_F(JoinDeskTest, ATokenWithoutItsKeyIsAnsweredAndNothingIsRecorded) {
  ca_says("absent");
  auto file = token();
  file.key = key_;
  announce(file, key_);
  EXPECT_EQ(joined_ + refused_ + waiting_, 0);
  EXPECT_EQ(answered_, 1);
  EXPECT_EQ(asked(), 0U);
}

TEST_F(JoinDeskTest, ARevokedTokenIsRefused) {
  ca_says("absent");
  const auto file = token();
  revoke(file.claims.id);
  announce(file, key_);
  EXPECT_EQ(refused_, 1);
}

}  // namespace
}  // namespace muster::provision
