// Masters that are to go, with a site that the test plays.
#include "orchestrator/provision/retirements.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/provision_engine/fake_world.hpp"

namespace muster::provision {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using What = RetirementNews::What;

constexpr auto kLookEvery = 15s;

class PlayedSite final : public RetireSite {
 public:
  bool sees_all() const override { return complete; }
  std::vector<Retiring> retiring() const override { return retired; }
  std::size_t other_masters() const override { return others; }
  client::MembersOfMaster members_of(const Retiring&) const override { return members; }
  std::optional<client::Record> record(const std::string& node) const override {
    const auto at = records.find(node);
    return at == records.end() ? std::nullopt : std::optional(at->second);
  }
  std::size_t debts_of(const std::string&) const override { return debts; }
  loop::Task<Status> sign_anew(Retiring one) override {
    signed_anew.push_back(one.number);
    for (auto& each : retired) {
      each.signed_by = "orch1";
      each.signed_at_ms = world->unix_ms();
      ++each.number;
    }
    co_return Status{};
  }
  loop::Task<Status> withdraw(Retiring) override {
    ++withdrawals;
    if (withdrawing) retired.clear();
    co_return withdrawing;
  }
  loop::Task<Status> tell(RetirementNews news) override {
    if (outbox) told.push_back(std::move(news));
    co_return outbox;
  }

  FakeWorld* world = nullptr;
  bool complete = true;
  std::vector<Retiring> retired;
  std::size_t others = 1;
  client::MembersOfMaster members;
  std::map<std::string, client::Record> records;
  std::size_t debts = 0;
  std::vector<std::uint64_t> signed_anew;
  int withdrawals = 0;
  Status withdrawing;
  Status outbox;
  std::vector<RetirementNews> told;
};

class RetirementsTest : public testing::Test {
 protected:
  RetirementsTest() {
    site_.world = &world_;
    site_.retired.push_back({"m1", "ca-of-m1", "PEM", "alice", 42, "orch1", world_.unix_ms(), 2});
  }
  // As the engine does, every few seconds.
  void passes(std::chrono::milliseconds time) {
    for (auto left = time; left > 0ms; left -= kLookEvery) {
      world_.loop.advance(kLookEvery);
      retirements_.look();
      world_.loop.advance(0ms);
    }
  }
  void is_at(const std::string& node, const std::string& state, const std::string& reason = {}) {
    auto& record = site_.records[node];
    record.state = state;
    record.master = "m2";
    record.reason = reason;
  }
  // Its run with the next master is over.
  void is_finished(const std::string& node) {
    is_at(node, "finished");
    std::erase(site_.members.movable, node);
  }
  std::vector<What> told() const {
    std::vector<What> all;
    for (const auto& news : site_.told) all.push_back(news.what);
    return all;
  }

  FakeWorld world_;
  PlayedSite site_;
  std::vector<std::string> asked_;  // whom to leave
  Result<std::string> lets_itself_be_moved_ = std::string();
  Retirements retirements_{
      {site_, world_, world_.loop.clock(),
       [this](std::string node, const Retiring&) -> loop::Task<Result<std::string>> {
         asked_.push_back(node);
         if (lets_itself_be_moved_) is_at(node, "waiting");
         co_return lets_itself_be_moved_;
       }},
      "orch1"};
};

TEST_F(RetirementsTest, MembersAreMovedOneAfterTheOther) {
  site_.members.movable = {"n1", "n2"};
  passes(1min);
  EXPECT_THAT(asked_, ElementsAre("n1"));
  is_at("n1", "running");
  passes(5min);
  EXPECT_THAT(asked_, ElementsAre("n1")) << "n1 is not finished yet";
  is_finished("n1");
  passes(1min);
  EXPECT_THAT(asked_, ElementsAre("n1", "n2"));
  EXPECT_THAT(told(), IsEmpty());
}

TEST_F(RetirementsTest, WhoIsUnderWayForTooLongKeepsNobodyElseWaiting) {
  site_.members.movable = {"n2"};
  site_.members.under_way = {{"n1", 0, false}};
  passes(5min);
  EXPECT_THAT(asked_, IsEmpty());
  site_.members.under_way = {{"n1", 0, true}};
  passes(1min);
  EXPECT_THAT(asked_, ElementsAre("n2"));
}

TEST_F(RetirementsTest, WhenOneFailsWithTheNextMasterNobodyElseIsMovedAndPeopleAreTold) {
  site_.members.movable = {"n1", "n2"};
  passes(30s);
  is_at("n1", "failed", "puppet ended with 1");
  std::erase(site_.members.movable, "n1");
  passes(30min);
  EXPECT_THAT(asked_, ElementsAre("n1"));
  ASSERT_THAT(told(), ElementsAre(What::stuck));
  EXPECT_THAT(site_.told.front().why, HasSubstr("puppet ended with 1"));
  is_finished("n1");
  passes(1min);
  EXPECT_THAT(asked_, ElementsAre("n1", "n2"));
}

TEST_F(RetirementsTest, WithoutAnotherMasterNobodyIsMovedWhichIsToldOnceAndAgainWhenItIsSoAnew) {
  site_.members.movable = {"n1", "n2"};
  site_.others = 0;
  passes(1h);
  EXPECT_THAT(asked_, IsEmpty());
  EXPECT_THAT(told(), ElementsAre(What::no_other_master));
  site_.others = 1;
  passes(30s);
  EXPECT_THAT(asked_, ElementsAre("n1"));
  site_.others = 0;
  passes(1h);
  ASSERT_THAT(told(), ElementsAre(What::no_other_master, What::no_other_master));
  EXPECT_NE(site_.told.front().id, site_.told.back().id) << "or the outbox would have it already";
}

TEST_F(RetirementsTest, WhenAllWhoAreLeftStayPeopleAreToldWhoAndWhy) {
  site_.members.left = {{"n1", "it is not online"}};
  site_.members.under_way = {{"n2", 0, true}};
  passes(2h);
  ASSERT_THAT(told(), ElementsAre(What::stuck));
  EXPECT_THAT(site_.told.front().why, HasSubstr("n1: it is not online"));
  EXPECT_THAT(site_.told.front().why, HasSubstr("n2: it is under way"));
  EXPECT_EQ(site_.withdrawals, 0);
}

TEST_F(RetirementsTest, WhoDoesNotLetItselfBeMovedIsPassedOverAndAskedAgainLater) {
  site_.members.movable = {"n1"};
  lets_itself_be_moved_ = fail(Errc::aborted, "it has no good token");
  passes(5min);
  EXPECT_THAT(asked_, ElementsAre("n1"));
  ASSERT_THAT(told(), ElementsAre(What::stuck));
  EXPECT_THAT(site_.told.front().why, HasSubstr("it has no good token"));
  passes(11min);
  EXPECT_THAT(asked_, ElementsAre("n1", "n1"));
}

TEST_F(RetirementsTest, OnceNobodyIsLeftForLongPeopleAreToldAndTheCaIsWithdrawn) {
  passes(kNobodyLeftFor - 1min);
  EXPECT_EQ(site_.withdrawals, 0);
  passes(2min);
  EXPECT_EQ(site_.withdrawals, 1);
  ASSERT_THAT(told(), ElementsAre(What::may_go));
  passes(1h);
  EXPECT_EQ(site_.withdrawals, 1);
  EXPECT_FALSE(retirements_.any());
}

TEST_F(RetirementsTest, WhatIsNotSeenWholeIsNotCountedAndACutBeginsTheCountAnew) {
  passes(kNobodyLeftFor - 1min);
  site_.complete = false;
  passes(1h);
  EXPECT_EQ(site_.withdrawals, 0);
  site_.complete = true;
  passes(kNobodyLeftFor - 1min);
  ++world_.cut_off;
  passes(kNobodyLeftFor - 1min);
  EXPECT_EQ(site_.withdrawals, 0);
  passes(2min);
  EXPECT_EQ(site_.withdrawals, 1);
}

TEST_F(RetirementsTest, SomebodyWhoShowsHimselfBeginsTheCountAnew) {
  passes(kNobodyLeftFor - 1min);
  site_.members.left = {{"n1", "it is banned"}};
  passes(30s);
  site_.members.left.clear();
  passes(kNobodyLeftFor - 1min);
  EXPECT_EQ(site_.withdrawals, 0);
}

TEST_F(RetirementsTest, NothingIsWithdrawnUntilItStandsInTheOutbox) {
  site_.outbox = fail(Errc::limit, "the outbox is full");
  passes(1h);
  EXPECT_EQ(site_.withdrawals, 0);
  site_.outbox = {};
  passes(30s);
  EXPECT_EQ(site_.withdrawals, 1);
  EXPECT_THAT(told(), ElementsAre(What::may_go));
}

TEST_F(RetirementsTest, WhatItOwesKeepsItAndIsTold) {
  site_.debts = 2;
  passes(1h);
  ASSERT_THAT(told(), ElementsAre(What::only_debts));
  EXPECT_EQ(site_.withdrawals, 0);
  site_.debts = 0;
  passes(30s);
  EXPECT_EQ(site_.withdrawals, 1);
}

TEST_F(RetirementsTest, ThatItWasTakenBackInTheLastMomentIsTold) {
  site_.withdrawing = fail(Errc::aborted, "its retirement was taken back");
  passes(kNobodyLeftFor + 1min);
  ASSERT_GE(site_.told.size(), 2U);
  EXPECT_EQ(site_.told[0].what, What::may_go);
  EXPECT_EQ(site_.told[1].what, What::stays);
}

TEST_F(RetirementsTest, OnlyWhoSignedLastActsAndAnotherGoesOnOnceThatOneIsSilent) {
  site_.members.movable = {"n1"};
  site_.retired.front().signed_by = "orch2";
  passes(kActsAtMost - 1min);
  EXPECT_THAT(asked_, IsEmpty());
  EXPECT_THAT(site_.signed_anew, IsEmpty());
  passes(2min);
  EXPECT_THAT(site_.signed_anew, ElementsAre(2U));
  EXPECT_THAT(asked_, ElementsAre("n1"));
}

TEST_F(RetirementsTest, WhoActsSaysSoAgainInTime) {
  site_.members.left = {{"n1", "it is banned"}};
  passes(1h);
  EXPECT_GE(site_.signed_anew.size(), 11U);
}

// What was counted until then was another one's to count.
TEST_F(RetirementsTest, WhoBeginsToActCountsAnew) {
  passes(kNobodyLeftFor - 2min);
  site_.retired.front().signed_by = "orch2";
  site_.retired.front().signed_at_ms = world_.unix_ms();
  passes(30s);
  site_.retired.front().signed_by = "orch1";
  site_.retired.front().signed_at_ms = world_.unix_ms();
  passes(5min);
  EXPECT_EQ(site_.withdrawals, 0);
}

TEST_F(RetirementsTest, TheSameNewsHasTheSameIdAfterARestart) {
  site_.others = 0;
  site_.members.movable = {"n1"};
  passes(30s);
  Retirements after({site_, world_, world_.loop.clock(), {}}, "orch1");
  after.look();
  world_.loop.advance(1s);
  ASSERT_EQ(site_.told.size(), 2U);
  EXPECT_EQ(site_.told.front().id, site_.told.back().id);
}

}  // namespace
}  // namespace muster::provision
