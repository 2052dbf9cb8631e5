// The life of a node, from link to link, to its end.
#include "node-agent/core/node.hpp"

#include "tests/unit/core/node_lab.hpp"

namespace muster::agent {
namespace {

using testing::HasSubstr;
using namespace std::chrono_literals;
using transport::LinkState;

class NodeTest : public NodeLab {
 protected:
  void refuse() { host_.refuse({Errc::refused, "unknown CA"}); }
};

TEST_F(NodeTest, WithoutAnsweringBrokerItTriesAgainAfterAPause) {
  make().start(Door::member);
  host_.refuse({Errc::unavailable, "nobody there"});
  EXPECT_EQ(host_.connects.size(), 1U);
  loop_.advance(30s);
  EXPECT_EQ(host_.connects.size(), 2U);
  EXPECT_EQ(host_.connects.back(), Door::member);
}

TEST_F(NodeTest, WhomTheBrokerDoesNotKnowJoins) {
  make().start(Door::member);
  refuse();
  EXPECT_EQ(host_.connects.back(), Door::join);
  EXPECT_EQ(host_.deliveries, 1) << "a master's list may be what is missing";
}

TEST_F(NodeTest, ANewMemberIsTriedAgainQuicklyUntilTheBrokerKnowsItsCa) {
  joining();
  messages::JoinAnswer wire;
  wire.accepted = wire.member = true;
  answer(wire);
  refuse();
  loop_.advance(100ms);
  EXPECT_EQ(host_.connects.size(), 3U);
  EXPECT_EQ(host_.connects.back(), Door::member);
  host_.up(signer_);
  EXPECT_TRUE(host_.says("on the bus as n1"));
}

TEST_F(NodeTest, ALostLinkIsToldAndPresenceIsShownAgainWithTheNext) {
  auto& node = member();
  const auto before = host_.count(kPresenceTopic);
  node.on_link(LinkState::lost, "gone");
  EXPECT_TRUE(host_.says("connection lost: gone"));
  node.on_link(LinkState::connected, "back");
  EXPECT_TRUE(host_.says("connected: back"));
  EXPECT_EQ(host_.count(kPresenceTopic), before + 1);
  EXPECT_EQ(host_.deliveries, 1);
}

TEST_F(NodeTest, WhoIsThrownOffByAnotherWaitsInsteadOfFighting) {
  auto& node = member();
  node.on_link(LinkState::taken_over, "another client");
  loop_.advance(59s);
  EXPECT_EQ(host_.connects.size(), 1U);
  loop_.advance(1s);
  EXPECT_EQ(host_.connects.size(), 2U);
}

TEST_F(NodeTest, TheOneThatThrewUsOffIsNamedOnceItIsSeen) {
  auto& node = member();
  node.on_link(LinkState::taken_over, "another client");
  loop_.advance(60s);
  host_.up(signer_);
  messages::Presence other;
  other.identity = "n1";
  other.session = "s2";
  other.address = "192.0.2.66";
  node.on_message(Feed::presence,
                  {kPresenceTopic,
                   signer_->seal(envelope::Kind::presence, test::body_of(other)).value(), true});
  EXPECT_EQ(event("taken-over").data["other_address"], "192.0.2.66");
  EXPECT_EQ(event("taken-over").data["same_key"], true);
}

TEST_F(NodeTest, AnEarlierStartsPresenceIsNoOtherMachine) {
  auto& node = member();
  messages::Presence other;
  other.session = "s0";
  node.on_message(Feed::presence,
                  {kPresenceTopic,
                   signer_->seal(envelope::Kind::presence, test::body_of(other)).value(), true});
  EXPECT_EQ(host_.count("muster/v1/main/event/taken-over/n1"), 0U);
}

TEST_F(NodeTest, ARenewedCertificateIsUsedOnceNothingRuns) {
  member();
  host_.view.certificate_renewed = true;
  send(Feed::agents, request());
  loop_.advance(kQuietAfter);
  EXPECT_EQ(host_.connects.size(), 1U) << "a reply travels over the link of its request";
  host_.executor.run_all();
  loop_.advance(kRefreshEvery);
  EXPECT_EQ(host_.connects.size(), 2U);
  EXPECT_EQ(host_.last(kPresenceTopic)->payload, "") << "taken down in order";
}

TEST_F(NodeTest, WhoGaveItsCertificateUpJoinsOnceItsReplyIsSent) {
  auto& node = member();
  auto wire = request();
  send(Feed::agents, wire);
  host_.executor.run_first();
  node.on_leave_collective();
  run_due();
  EXPECT_EQ(host_.connects.size(), 1U) << "its reply travels over this link";
  host_.executor.give_back();
  run_due();
  EXPECT_EQ(host_.connects.back(), Door::join);
  EXPECT_EQ(host_.last(kPresenceTopic)->payload, "") << "it is no member any more";
}

TEST_F(NodeTest, AMemberThatComesBackWithAnotherAddressShowsIt) {
  auto& node = member();
  host_.view.address = "192.0.2.77";
  node.on_link(LinkState::lost, "no route");
  node.on_link(LinkState::connected, "again");
  loop_.advance(kRefreshEvery);
  EXPECT_EQ(shown().address, "192.0.2.77");
  EXPECT_EQ(shown().session, "s1") << "it is the same process";
  EXPECT_EQ(host_.connects.size(), 1U);
}

TEST_F(NodeTest, WhoIsNoMemberHasNoCollectiveToLeave) {
  auto& node = joining();
  node.on_leave_collective();
  run_due();
  EXPECT_EQ(host_.connects.size(), 1U);
}

TEST_F(NodeTest, SoLongWithoutTheBrokerItsCertificateIsLookedAtAnew) {
  auto& node = member();
  node.on_link(LinkState::lost, "gone");
  loop_.advance(kLostForLong);
  EXPECT_EQ(host_.connects.size(), 1U);
  loop_.advance(kRefreshEvery + 5s);
  EXPECT_EQ(host_.connects.size(), 2U);
}

TEST_F(NodeTest, PresenceIsLookedAtEachMinuteAndShownAgainBeforeItExpires) {
  member();
  const auto looks = host_.looks;
  loop_.advance(kQuietAfter + 10 * kRefreshEvery);
  EXPECT_EQ(host_.looks, looks + 11);
  EXPECT_EQ(host_.rests, 11);
  EXPECT_EQ(host_.count(kPresenceTopic), 3U) << "at the start and each kPresenceAgain";
}

TEST_F(NodeTest, ARunsEndIsToldAfterItsFactsAreShown) {
  auto& node = member();
  node.on_job_ended("j1", true);
  EXPECT_EQ(host_.gathers, 1U);
  loop_.advance(1s);
  EXPECT_TRUE(host_.settled.empty());
  host_.view.facts = std::make_shared<const Value>(Value{{"country", "fr"}});
  host_.gathered = 1;
  node.on_gathered();
  loop_.run_due();
  EXPECT_EQ(shown().facts["country"], "fr");
  EXPECT_EQ(event("job").data["job"], "j1");
  EXPECT_EQ(host_.published.back().topic, "muster/v1/main/event/job/n1") << "after presence";
}

TEST_F(NodeTest, ALookThatBeganBeforeTheFactsWereGatheredEndsNoRun) {
  auto& node = member();
  host_.looks_at_once = false;
  node.on_changed();
  node.on_job_ended("j1", true);
  host_.gathered = 1;
  node.on_gathered();
  host_.answer_look();
  EXPECT_TRUE(host_.settled.empty());
  host_.answer_look();
  EXPECT_EQ(host_.settled.size(), 1U);
}

TEST_F(NodeTest, AReloadBesideTheWorkLeavesTheLink) {
  auto& node = member();
  host_.statuses.clear();
  host_.rereads = {Reread::Kind::in_place, 7};
  node.on_reload();
  loop_.run_due();
  EXPECT_TRUE(host_.statuses.empty()) << "facts are still gathered";
  host_.gathered = 7;
  node.on_gathered();
  loop_.run_due();
  EXPECT_TRUE(host_.says("on the bus as n1"));
  EXPECT_EQ(host_.connects.size(), 1U);
}

TEST_F(NodeTest, AConfigurationThatCannotBeReadIsNone) {
  auto& node = member();
  host_.rereads = {Reread::Kind::kept, 0};
  node.on_reload();
  run_due();
  EXPECT_FALSE(host_.end_);
}

TEST_F(NodeTest, AReloadWaitsForWhatRunsWhileNewRequestsHearBusy) {
  auto& node = member();
  host_.rereads = {Reread::Kind::anew, 0};
  send(Feed::agents, request());
  host_.executor.run_first();
  node.on_reload();
  loop_.advance(200s);
  EXPECT_TRUE(host_.says("reloading, once what runs has ended"));
  EXPECT_FALSE(host_.end_);
  send(Feed::agents, request());
  EXPECT_EQ(around_.statistics.busy, 1U);
  host_.executor.give_back();
  run_due();
  run_due();
  EXPECT_EQ(host_.end_, End::reload);
  EXPECT_EQ(event("left").data["reason"], "reload");
}

TEST_F(NodeTest, AReloadDoesNotWaitForEver) {
  auto& node = member();
  host_.rereads = {Reread::Kind::anew, 0};
  send(Feed::agents, request());
  host_.executor.run_first();
  node.on_reload();
  loop_.advance(kReloadPatience + 1s);
  EXPECT_EQ(host_.end_, End::reload);
}

TEST_F(NodeTest, AStopGivesWhatRunsAMomentAndThenTellsItsCaller) {
  auto& node = member();
  send(Feed::agents, request());
  host_.executor.run_first();
  node.on_stop();
  loop_.advance(kReplyPatience - 1ms);
  EXPECT_FALSE(host_.end_);
  loop_.advance(1ms);
  EXPECT_EQ(host_.end_, End::stopped);
  EXPECT_EQ(host_.count("muster/v1/main/rep/alice/s1/n1"), 1U);
  EXPECT_EQ(event("left").data["reason"], "stopped");
  EXPECT_EQ(host_.last(kPresenceTopic)->payload, "");
}

TEST_F(NodeTest, AStopWaitsForRequestsThatHaveComeAndAreNotJudgedYet) {
  auto& node = member();
  host_.waiting = 1;
  node.on_stop();
  loop_.advance(1s);
  EXPECT_FALSE(host_.end_);
  host_.waiting = 0;
  send(Feed::agents, request());
  run_due();
  run_due();
  EXPECT_EQ(around_.statistics.busy, 1U) << "told that it is stopping";
  EXPECT_EQ(host_.end_, End::stopped);
}

TEST_F(NodeTest, AStopDoesNotWaitForAReload) {
  auto& node = member();
  host_.rereads = {Reread::Kind::anew, 0};
  send(Feed::agents, request());
  host_.executor.run_first();
  node.on_reload();
  loop_.advance(10s);
  node.on_stop();
  loop_.advance(kReplyPatience);
  EXPECT_EQ(host_.end_, End::stopped);
}

TEST_F(NodeTest, WithoutALinkAStopIsAtOnce) {
  make().start(Door::member);
  node_->on_stop();
  EXPECT_EQ(host_.end_, End::stopped);
  host_.up(signer_);
  EXPECT_FALSE(host_.says("on the bus as n1")) << "it is over";
}

TEST_F(NodeTest, InAPauseAReloadIsAtOnce) {
  make().start(Door::member);
  host_.refuse({Errc::unavailable, "nobody there"});
  node_->on_reload();
  EXPECT_EQ(host_.end_, End::reload);
  loop_.advance(1h);
  EXPECT_EQ(host_.connects.size(), 1U);
}

}  // namespace
}  // namespace muster::agent
