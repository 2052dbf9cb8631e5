// A fleet that is told events, in virtual time.
#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "orchestrator/client/fleet.hpp"
#include "tests/unit/client/loop_lab.hpp"

namespace muster::client {
namespace {

using namespace std::chrono_literals;

class FleetOnLoopTest : public testing::Test {
 protected:
  // All that is due now, and what the directory waits for until it believes that all came.
  void pass_a_while() { lab_.loop.advance(5s); }
  std::unique_ptr<Fleet> begin() {
    ToldOnce subscribed;
    auto fleet = Fleet::begin(*lab_.link, subscribed.teller(), [this](const MemberChange& change) {
      changes_.push_back((change.left()          ? "-"
                          : change.shown_again() ? "="
                                                 : "+") +
                         change.identity);
    });
    EXPECT_FALSE(subscribed.came()) << "only in its turn";
    lab_.loop.run_due();
    EXPECT_TRUE(subscribed.well());
    return fleet;
  }

  LoopLab lab_;
  std::vector<std::string> changes_;
};

TEST_F(FleetOnLoopTest, WhoIsRetainedIsThereWhenItIsTold) {
  lab_.show("n1");
  lab_.show("n2");
  const auto fleet = begin();
  ToldOnce complete;
  fleet->when_complete(10s, complete.teller());
  EXPECT_FALSE(complete.came());
  pass_a_while();
  EXPECT_TRUE(complete.well());
  EXPECT_TRUE(fleet->complete());
  EXPECT_EQ(fleet->size(), 2U);
  EXPECT_THAT(changes_, testing::UnorderedElementsAre("+n1", "+n2"));
}

TEST_F(FleetOnLoopTest, WhatWasSentBeforeIsWaitedForWhenAllElseIsThere) {
  const auto fleet = begin();
  pass_a_while();
  ASSERT_TRUE(fleet->complete());
  lab_.broker.habits.others_late = 3s;
  lab_.show("n1");
  ToldOnce complete;
  fleet->when_complete(10s, complete.teller());
  lab_.loop.advance(2s);
  EXPECT_FALSE(complete.came());
  lab_.loop.advance(2s);
  EXPECT_TRUE(complete.well());
  EXPECT_TRUE(fleet->find("n1"));
}

TEST_F(FleetOnLoopTest, ABrokerThatDoesNotTellAllIsWaitedForAsLongAsWasSaid) {
  lab_.broker.habits.kept_late = 1h;
  lab_.broker.habits.others_late = 1h;
  lab_.show("n1");
  const auto fleet = begin();
  ToldOnce complete;
  fleet->when_complete(2s, complete.teller());
  lab_.loop.advance(1'999ms);
  EXPECT_FALSE(complete.came());
  lab_.loop.advance(1ms);
  ASSERT_TRUE(complete.came());
  EXPECT_EQ(complete.error(), Errc::timeout);
}

TEST_F(FleetOnLoopTest, ABrokerThatGivesBackNothingIsWaitedForAsLongAsWasSaid) {
  const auto fleet = begin();
  pass_a_while();
  lab_.broker.habits.others_late = 1h;
  ToldOnce complete;
  fleet->when_complete(10s, complete.teller());
  lab_.loop.advance(9'999ms);
  EXPECT_FALSE(complete.came());
  lab_.loop.advance(1ms);
  ASSERT_TRUE(complete.came());
  EXPECT_EQ(complete.error(), Errc::timeout);
}

TEST_F(FleetOnLoopTest, WhoWaitsHearsAtOnceThatTheLinkIsLost) {
  lab_.broker.habits.kept_late = 1s;
  lab_.broker.habits.others_late = 1s;
  lab_.show("n1");
  const auto fleet = begin();
  ToldOnce while_listing;
  fleet->when_complete(10s, while_listing.teller());
  lab_.loop.run_due();
  lab_.broker.drop();
  lab_.loop.run_due();
  ASSERT_TRUE(while_listing.came());
  EXPECT_EQ(while_listing.error(), Errc::unavailable);
  ToldOnce without_link;
  fleet->when_complete(10s, without_link.teller());
  lab_.loop.run_due();
  ASSERT_TRUE(without_link.came());
  EXPECT_EQ(without_link.error(), Errc::unavailable);
}

TEST_F(FleetOnLoopTest, WhoWaitsForAMessageToOurselvesHearsThatTheLinkIsLost) {
  const auto fleet = begin();
  pass_a_while();
  lab_.broker.habits.others_late = 1s;
  ToldOnce complete;
  fleet->when_complete(10s, complete.teller());
  lab_.loop.advance(100ms);
  lab_.broker.drop();
  lab_.loop.run_due();
  ASSERT_TRUE(complete.came());
  EXPECT_EQ(complete.error(), Errc::unavailable);
}

TEST_F(FleetOnLoopTest, WhoLeftWhileTheLinkWasLostIsGoneOnceTheNextIsComplete) {
  lab_.show("n1");
  lab_.show("n2");
  const auto fleet = begin();
  pass_a_while();
  lab_.broker.drop();
  lab_.broker.publish(transport::topics::presence("main", "n1"), "");
  lab_.loop.advance(1min);
  EXPECT_EQ(fleet->size(), 2U) << "nothing is known of it";
  EXPECT_FALSE(fleet->complete());
  lab_.broker.restore();
  pass_a_while();
  EXPECT_TRUE(fleet->complete());
  EXPECT_FALSE(fleet->find("n1"));
  EXPECT_TRUE(fleet->find("n2"));
}

TEST_F(FleetOnLoopTest, OneThatIsShownNoMoreIsBelievedForAWhile) {
  lab_.show("n1");
  const auto fleet = begin();
  pass_a_while();
  lab_.loop.advance(kPresenceMaxAge);
  EXPECT_EQ(fleet->size(), 1U);
  lab_.loop.advance(kPresenceSkewMax);
  EXPECT_EQ(fleet->size(), 0U);
}

TEST_F(FleetOnLoopTest, WhoIsToldMayEndIt) {
  lab_.broker.habits.kept_late = 1s;
  lab_.show("n1");
  auto fleet = begin();
  int told = 0;
  const auto end = [&](const Status&) {
    ++told;
    fleet.reset();
  };
  fleet->when_complete(10s, end);
  fleet->when_complete(10s, end);
  lab_.loop.run_due();
  lab_.broker.drop();
  lab_.loop.advance(1min);
  EXPECT_EQ(told, 1) << "then it is gone, and tells nobody else";
}

TEST_F(FleetOnLoopTest, AFleetThatIsGoneTellsNothing) {
  lab_.show("n1");
  auto fleet = begin();
  ToldOnce complete;
  fleet->when_complete(10s, complete.teller());
  fleet.reset();
  lab_.loop.advance(1min);
  EXPECT_FALSE(complete.came());
  EXPECT_THAT(changes_, testing::IsEmpty());
}

}  // namespace
}  // namespace muster::client
