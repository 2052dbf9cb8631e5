// A node in the join zone: what it announces, and what it makes of the answers.
#include "node-agent/core/joining.hpp"

#include "tests/unit/core/node_lab.hpp"

namespace muster::agent {
namespace {

using namespace std::chrono_literals;

class JoiningTest : public NodeLab {
 protected:
  const AnnouncementContent& last() const { return host_.announcements.back(); }
  std::size_t announced() const { return host_.announcements.size(); }
};

TEST_F(JoiningTest, TheAnnouncementIsRetainedForOrchestratorsThatStartLater) {
  joining();
  const auto sent = host_.last(kAnnounceTopic);
  ASSERT_TRUE(sent);
  EXPECT_TRUE(sent->options.retain);
  EXPECT_EQ(sent->options.expiry_s, kAnnouncementExpiryS);
  EXPECT_EQ(last().identity, "n1");
  EXPECT_EQ(last().token, "a token");
  EXPECT_EQ(last().facts, (Value{{"country", "de"}}));
  EXPECT_EQ(last().agents, (std::vector<std::string>{"echo"}));
  EXPECT_EQ(sent->payload, "announced as " + last().nonce);
}

TEST_F(JoiningTest, ItListensForListsAndForWhatComesDownAndForNothingElse) {
  joining();
  EXPECT_EQ(host_.subscriptions,
            (std::map<std::string, Feed>{{"muster/v1/main/trust/revoked/+", Feed::lists},
                                         {"muster/v1/join/c1/down", Feed::join}}));
}

TEST_F(JoiningTest, NothingIsAnnouncedBeforeTheListsAreVerified) {
  host_.lists_verify = false;
  make().start(Door::join);
  host_.up(join_signer_, "c1");
  EXPECT_EQ(announced(), 0U);
  loop_.advance(1s);
  EXPECT_EQ(host_.connects.size(), 2U) << "the link was of no use";
}

TEST_F(JoiningTest, ItAnnouncesItselfAnewWithAnotherNonceShouldAnAnswerHaveBeenLost) {
  joining();
  const auto first = last().nonce;
  loop_.advance(kAnnounceAgain - 1s);
  EXPECT_EQ(announced(), 1U);
  loop_.advance(kNameAgain + 1s);
  EXPECT_EQ(announced(), 2U);
  EXPECT_NE(last().nonce, first);
}

TEST_F(JoiningTest, ItAnnouncesItselfAgainOverANewLink) {
  auto& node = joining();
  node.on_link(transport::LinkState::lost, "gone");
  EXPECT_TRUE(host_.says("connection lost: gone"));
  node.on_link(transport::LinkState::connected, "back");
  loop_.run_due();
  EXPECT_EQ(announced(), 2U);
}

TEST_F(JoiningTest, WhatPresenceWouldShowIsAnnouncedWhenItChanges) {
  auto& node = joining();
  node.on_gathered();
  loop_.run_due();
  EXPECT_EQ(announced(), 1U) << "the same facts";
  host_.view.facts = std::make_shared<const Value>(Value{{"country", "fr"}});
  node.on_gathered();
  loop_.run_due();
  EXPECT_EQ(announced(), 2U);
  host_.view.agents = {"echo", "parrot"};
  node.on_changed();
  loop_.run_due();
  EXPECT_EQ(announced(), 3U);
}

TEST_F(JoiningTest, AnotherAddressIsAnnounced) {
  auto& node = joining();
  const auto announced = host_.announcements.size();
  node.on_changed();
  run_due();
  EXPECT_EQ(host_.announcements.size(), announced) << "it has the same";
  host_.view.address = "192.0.2.77";
  node.on_changed();
  run_due();
  ASSERT_EQ(host_.announcements.size(), announced + 1);
  EXPECT_EQ(host_.announcements.back().address, "192.0.2.77");
}

TEST_F(JoiningTest, ARequestIsAnsweredUpwardsWithTheAnnouncedKeyWhateverItsReplyTopic) {
  joining();
  auto wire = request();
  wire.targets.push_back("n1");
  wire.reply_to = "muster/v1/main/rep/bob/x";
  send(Feed::join, wire);
  host_.executor.run_all();
  const auto sent = host_.last("muster/v1/join/c1/up");
  ASSERT_TRUE(sent);
  EXPECT_TRUE(sent->options.keep);
  const auto opened = security::open_by_key(sent->payload, envelope::Kind::reply,
                                            join_signer_->key().public_der(), nodes_);
  ASSERT_TRUE(opened) << opened.error().message;
  const auto reply = messages::Reply::decode(opened->body).value();
  EXPECT_EQ(reply.request_id, wire.id);
  EXPECT_EQ(reply.identity, "n1");
}

TEST_F(JoiningTest, ARequestThatDoesNotNameTheNodeIsIgnored) {
  joining();
  send(Feed::join, request());
  EXPECT_EQ(around_.statistics.filtered, 1U);
  EXPECT_EQ(around_.statistics.replies, 0U);
}

TEST_F(JoiningTest, AnAnswerToAnEarlierAnnouncementChangesNothing) {
  joining();
  messages::JoinAnswer wire;
  wire.nonce = "another";
  wire.accepted = wire.member = true;
  answer(wire);
  EXPECT_EQ(host_.connects.size(), 1U);
  EXPECT_EQ(around_.statistics.received, 0U) << "nor is it a request";
}

TEST_F(JoiningTest, WhyItMustWaitOrIsRefusedIsItsStatus) {
  joining();
  messages::JoinAnswer wire;
  wire.waiting = true;
  wire.reason = "somebody must approve it";
  answer(wire);
  EXPECT_TRUE(host_.says("orchestrator1 says: somebody must approve it"));
  wire.waiting = false;
  wire.reason = "the token is spent";
  answer(wire);
  EXPECT_TRUE(host_.says("refused by orchestrator1: the token is spent"));
}

TEST_F(JoiningTest, AMemberAlreadyComesOverWithItsCertificate) {
  joining();
  messages::JoinAnswer wire;
  wire.accepted = true;
  answer(wire);
  EXPECT_EQ(host_.connects.size(), 1U) << "accepted, and not a member yet";
  wire.member = true;
  answer(wire);
  ASSERT_EQ(host_.connects.size(), 2U);
  EXPECT_EQ(host_.connects.back(), Door::member);
  EXPECT_EQ(host_.last(kAnnounceTopic)->payload, "") << "the announcement is taken down";
}

TEST_F(JoiningTest, AWrongClockIsCorrectedByTheOrchestratorsAndARightOneIsLeft) {
  joining();
  host_.machine_ms_ = 1'000'000;
  messages::JoinAnswer wire;
  wire.waiting = true;
  wire.sent_at_ms = 1'000'000 + kClockTrustedMs + 1;
  answer(wire);
  EXPECT_EQ(host_.offset_ms, kClockTrustedMs + 1);
  wire.sent_at_ms = 1'000'000 + kClockTrustedMs;
  answer(wire);
  EXPECT_EQ(host_.offset_ms, 0);
}

TEST_F(JoiningTest, AnotherNameOfTheHostMeansToJoinUnderThat) {
  joining();
  host_.names.other = "n2";
  loop_.advance(kNameAgain);
  EXPECT_TRUE(host_.says("the host has got another name; joining under that"));
  EXPECT_EQ(host_.end_, End::reload);
}

TEST_F(JoiningTest, AnotherPuppetIsLookedAtAnew) {
  joining();
  host_.names.puppet_changed = true;
  loop_.advance(kNameAgain);
  EXPECT_EQ(host_.end_, End::reload);
}

TEST_F(JoiningTest, TheResolverIsAskedOnlyBeforeItAnnouncesItselfAgain) {
  joining();
  loop_.advance(kAnnounceAgain - 1s);
  EXPECT_EQ(host_.thorough_looks, 0);
  loop_.advance(kNameAgain + 1s);
  EXPECT_EQ(host_.thorough_looks, 1);
}

TEST_F(JoiningTest, TheCallThatMakesItAMemberIsAnsweredBeforeTheLinkIsLeft) {
  auto& node = joining();
  auto wire = request();
  wire.targets.push_back("n1");
  send(Feed::join, wire);
  host_.executor.run_first();
  node.on_enter_collective();
  run_due();
  EXPECT_EQ(host_.connects.size(), 1U) << "its reply travels over this link";
  host_.executor.give_back();
  run_due();
  EXPECT_EQ(host_.count("muster/v1/join/c1/up"), 1U);
  EXPECT_EQ(host_.connects.back(), Door::member);
}

TEST_F(JoiningTest, ACallThatNeverEndsIsNotWaitedForLong) {
  auto& node = joining();
  auto wire = request();
  wire.targets.push_back("n1");
  send(Feed::join, wire);
  host_.executor.run_first();
  node.on_enter_collective();
  loop_.advance(kReplyPatience);
  EXPECT_EQ(host_.connects.back(), Door::member);
}

}  // namespace
}  // namespace muster::agent
