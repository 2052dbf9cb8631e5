// A member's days, event by event.
#include "node-agent/core/member_life.hpp"

#include <algorithm>

#include "proto/security/root_statement.hpp"
#include "tests/support/fakes/logged.hpp"
#include "tests/unit/core/node_lab.hpp"
#include "tests/unit/core/silent_host.hpp"

namespace muster::agent {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using namespace std::chrono_literals;
using transport::LinkState;

constexpr auto kRegistrationTopic = "muster/v1/main/registration/n1";
constexpr auto kJoinedTopic = "muster/v1/main/event/joined/n1";
constexpr auto kOnTheBus = "on the bus as n1";

class MemberLifeTest : public NodeLab {
 protected:
  MemberLife& life() {
    if (!life_)
      life_.emplace(silent_, identity_, tickets_, runs_, looks_, signer_,
                    MemberLife::Calls{.opened = [this] { ++opened_; },
                                      .failed = [this](const Error& why) { failed_ = why; },
                                      .other = [](const OtherPresence&) {},
                                      .idle = [this] { return idle_; },
                                      .quiet = [this] { ++quiet_; },
                                      .anew = [this] { ++anew_; },
                                      .reload = [this] { ++reloads_; }});
    return *life_;
  }
  void grant_all() {
    for (const auto& one : std::exchange(silent_.asked, {}))
      life().membership().on_subscribed(one.ticket, {});
  }
  // Requests come from now on; the first look is under way.
  void open() {
    life().open();
    grant_all();
    life().membership().on_lists_verified(true);
    grant_all();
  }
  // The look under way shows what is so now.
  void see() {
    if (looks_.came()) life().on_view(silent_.view);
    looks_.next();
  }
  void look_and_see() {
    looks_.ask();
    see();
  }
  // Has been seen once.
  void arrive() {
    open();
    see();
  }
  void say(Feed feed, const std::string& payload) {
    life().on_message(feed, {"muster/v1/main/some/topic", payload, true});
  }
  // What is logged by another look.
  std::string logged() {
    return fakes::logged([this] { look_and_see(); });
  }

  SilentHost silent_{loop_};
  Tickets tickets_;
  std::vector<std::string> told_;  // jobs
  EndedRuns runs_{silent_, [this](const std::string& job) { told_.push_back(job); }};
  Looks looks_{silent_, [this] { life().look_begins(); }};
  std::optional<MemberLife> life_;
  std::optional<Error> failed_;
  bool idle_ = true;
  int opened_ = 0;
  int quiet_ = 0;
  int anew_ = 0;
  int reloads_ = 0;
};

TEST_F(MemberLifeTest, OnceRequestsComeItLooksAtItself) {
  life().open();
  grant_all();
  EXPECT_EQ(silent_.verifications, 1);
  EXPECT_EQ(silent_.looks, 0);
  life().membership().on_lists_verified(true);
  grant_all();
  EXPECT_EQ(opened_, 1);
  EXPECT_EQ(silent_.looks, 1);
  EXPECT_FALSE(failed_);
}

TEST_F(MemberLifeTest, AMembershipThatFailsMakesTheLinkOfNoUse) {
  life().open();
  grant_all();
  life().membership().on_lists_verified(false);
  ASSERT_TRUE(failed_);
  EXPECT_EQ(failed_->code, Errc::timeout);
  EXPECT_EQ(opened_, 0);
}

TEST_F(MemberLifeTest, WhatIsSeenBeforeRequestsComeIsShownToNobody) {
  life().open();
  life().on_view(silent_.view);
  EXPECT_THAT(silent_.published, IsEmpty());
  EXPECT_FALSE(silent_.joined);
}

TEST_F(MemberLifeTest, ItArrivesOnceHoweverOftenItIsSeen) {
  arrive();
  look_and_see();
  EXPECT_TRUE(silent_.joined);
  EXPECT_TRUE(silent_.keeps_certificate);
  EXPECT_THAT(silent_.statuses, ElementsAre(kOnTheBus));
  EXPECT_EQ(silent_.count(kPresenceTopic), 1U);
  EXPECT_EQ(silent_.count(kJoinedTopic), 1U);
}

TEST_F(MemberLifeTest, WhenItIsQuietWhatStartingNeededMayGoAndThenItLooksEachMinute) {
  arrive();
  loop_.advance(kQuietAfter - 1ms);
  EXPECT_EQ(quiet_, 0);
  loop_.advance(1ms);
  EXPECT_EQ(quiet_, 1);
  EXPECT_EQ(silent_.looks, 2);
  see();
  loop_.advance(kRefreshEvery);
  EXPECT_EQ(quiet_, 2);
  EXPECT_EQ(silent_.looks, 3);
}

TEST_F(MemberLifeTest, OnlyAChangeOfRootsIsAReasonToLook) {
  arrive();
  say(Feed::roots, "a statement");
  EXPECT_EQ(silent_.looks, 1);
  silent_.root_changes = true;
  say(Feed::roots, std::string(security::kRootStatementMaxBytes + 1, 'x'));
  EXPECT_EQ(silent_.looks, 1) << "too long to be read";
  say(Feed::roots, std::string(security::kRootStatementMaxBytes, 'x'));
  EXPECT_EQ(silent_.looks, 2);
}

TEST_F(MemberLifeTest, StatementsThatAreNotBelievedAreLoggedAFewTimes) {
  arrive();
  silent_.root_changes = fail(Errc::refused, "no orchestrator signed it");
  const auto log = fakes::logged([this] {
    for (int i = 0; i < 20; ++i) say(Feed::roots, "forged");
  });
  EXPECT_EQ(std::count(log.begin(), log.end(), '\n'), std::ptrdiff_t{kRefusedRoots.burst});
  EXPECT_THAT(log, HasSubstr("no orchestrator signed it"));
  EXPECT_EQ(silent_.looks, 1);
}

TEST_F(MemberLifeTest, ListsGoToWhoVerifiesThemAndRequestsAreTheDesks) {
  arrive();
  const auto before = silent_.published.size();
  say(Feed::lists, "a list");
  for (const auto feed : {Feed::node, Feed::agents, Feed::join}) say(feed, "a request");
  ASSERT_EQ(silent_.lists.size(), 1U);
  EXPECT_EQ(silent_.lists.front().payload, "a list");
  EXPECT_EQ(silent_.published.size(), before);
}

TEST_F(MemberLifeTest, PresenceThatWasTakenDownIsShownAgain) {
  arrive();
  life().on_message(Feed::presence, {kPresenceTopic, "", false});
  EXPECT_EQ(silent_.count(kPresenceTopic), 2U);
}

TEST_F(MemberLifeTest, DoubtfulClassesAreToldOnceForEachChange) {
  arrive();
  EXPECT_THAT(logged(), Not(HasSubstr("classes are doubtful")));
  silent_.view.doubtful_classes = {"line 7"};
  EXPECT_THAT(logged(), HasSubstr("line 7"));
  EXPECT_THAT(logged(), Not(HasSubstr("line 7")));
  silent_.view.doubtful_classes = {"line 9"};
  EXPECT_THAT(logged(), HasSubstr("line 9"));
}

TEST_F(MemberLifeTest, AHostThatIsCalledOtherwiseIsToldOnceForEachName) {
  arrive();
  silent_.view.other_name = "n2";
  EXPECT_THAT(logged(), HasSubstr("the host has another name"));
  EXPECT_THAT(logged(), Not(HasSubstr("another name")));
  silent_.view.other_name.clear();
  EXPECT_THAT(logged(), Not(HasSubstr("another name"))) << "it has its own again";
  silent_.view.other_name = "n2";
  EXPECT_THAT(logged(), HasSubstr("another name"));
}

TEST_F(MemberLifeTest, ARunThatWasLookedAtIsRegisteredAtOnceAndToldAfterwards) {
  identity_.registration_interval = 1h;
  arrive();
  EXPECT_EQ(silent_.count(kRegistrationTopic), 1U);
  look_and_see();
  EXPECT_EQ(silent_.count(kRegistrationTopic), 1U) << "it is not time";
  runs_.ended("j1", true);
  look_and_see();
  EXPECT_EQ(silent_.count(kRegistrationTopic), 1U) << "its facts are not gathered";
  silent_.gathered = 1;
  look_and_see();
  EXPECT_EQ(silent_.count(kRegistrationTopic), 2U);
  EXPECT_THAT(told_, ElementsAre("j1"));
}

TEST_F(MemberLifeTest, AConfigurationThatStaysIsSaidAtOnce) {
  arrive();
  silent_.statuses.clear();
  life().reload();
  EXPECT_THAT(silent_.statuses, ElementsAre(kOnTheBus));
  EXPECT_EQ(silent_.looks, 1);
  EXPECT_EQ(reloads_, 0);
}

TEST_F(MemberLifeTest, AConfigurationThatMakesTheNodeAnewIsTheNodesToFollow) {
  arrive();
  silent_.rereads = {Reread::Kind::anew, 0};
  life().reload();
  EXPECT_EQ(reloads_, 1);
}

TEST_F(MemberLifeTest, AReloadInPlaceEndsWithTheLookAtTheFactsThatItHadGathered) {
  identity_.registration_interval = 1h;
  arrive();
  silent_.statuses.clear();
  silent_.rereads = {Reread::Kind::in_place, 7};
  life().reload();
  see();
  EXPECT_THAT(silent_.statuses, IsEmpty()) << "the facts are as they were before";
  silent_.gathered = 7;
  look_and_see();
  EXPECT_THAT(silent_.statuses, ElementsAre(kOnTheBus));
  EXPECT_EQ(silent_.count(kRegistrationTopic), 2U) << "registries hear of it at once";
  look_and_see();
  EXPECT_THAT(silent_.statuses, ElementsAre(kOnTheBus)) << "once";
}

TEST_F(MemberLifeTest, ARenewedCertificateWaitsUntilNothingRuns) {
  arrive();
  silent_.view.certificate_renewed = true;
  idle_ = false;
  look_and_see();
  EXPECT_EQ(anew_, 0);
  idle_ = true;
  look_and_see();
  EXPECT_EQ(anew_, 1);
}

TEST_F(MemberLifeTest, ALinkThatWasLostForLongIsMadeAnewOnce) {
  arrive();
  life().on_link(LinkState::lost, "gone");
  loop_.advance(kLostForLong);
  see();
  EXPECT_EQ(anew_, 0);
  loop_.advance(1ms);
  look_and_see();
  look_and_see();
  EXPECT_EQ(anew_, 1);
}

TEST_F(MemberLifeTest, ALinkThatCameBackInTimeStays) {
  arrive();
  life().on_link(LinkState::lost, "gone");
  life().on_link(LinkState::connected, "back");
  loop_.advance(kLostForLong + 1s);
  see();
  EXPECT_EQ(anew_, 0);
}

TEST_F(MemberLifeTest, WithANewLinkPresenceIsShownAndAMastersListBroughtAgain) {
  arrive();
  life().on_link(LinkState::lost, "gone");
  EXPECT_TRUE(silent_.says("connection lost: gone"));
  EXPECT_EQ(silent_.count(kPresenceTopic), 1U);
  life().on_link(LinkState::connected, "back");
  EXPECT_TRUE(silent_.says("connected: back"));
  EXPECT_EQ(silent_.count(kPresenceTopic), 2U);
  EXPECT_EQ(silent_.deliveries, 1);
}

}  // namespace
}  // namespace muster::agent
