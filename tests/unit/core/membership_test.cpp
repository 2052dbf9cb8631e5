// A node as a member: whom it listens to, what it shows and tells.
#include "node-agent/core/membership.hpp"

#include "tests/unit/core/node_lab.hpp"

namespace muster::agent {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Key;
using testing::Not;
using namespace std::chrono_literals;

class MembershipTest : public NodeLab {
 protected:
  messages::Reply opened(const std::string& topic) {
    const auto sent = host_.last(topic);
    EXPECT_TRUE(sent) << topic;
    if (!sent) return {};
    const auto opened = security::open(sent->payload, envelope::Kind::reply, nodes_);
    EXPECT_TRUE(opened);
    return opened ? messages::Reply::decode(opened->body).value() : messages::Reply();
  }
};

TEST_F(MembershipTest, ListsRootsAndOurOwnPresenceAreHeardBeforeAnyRequest) {
  make().start(Door::member);
  host_.lists_verify = false;
  host_.up(signer_);
  EXPECT_THAT(host_.subscriptions, Contains(Key("muster/v1/main/trust/revoked/+")));
  EXPECT_THAT(host_.subscriptions, Contains(Key(kPresenceTopic)));
  EXPECT_THAT(host_.subscriptions, Not(Contains(Key("muster/v1/main/req/node/n1/+"))))
      << "the lists were not verified";
}

TEST_F(MembershipTest, WithListsThatAreNotVerifiedInTimeTheLinkIsOfNoUse) {
  make().start(Door::member);
  host_.lists_verify = false;
  host_.up(signer_);
  loop_.advance(1s);
  EXPECT_FALSE(host_.says("on the bus as n1"));
  host_.lists_verify = true;
  ASSERT_EQ(host_.connects.size(), 2U) << "and made again";
  host_.up(signer_);
  EXPECT_TRUE(host_.says("on the bus as n1"));
}

TEST_F(MembershipTest, ATopicThatTheBrokerForbidsIsAReasonToComeAgain) {
  host_.forbidden = {"muster/v1/main/req/agent/echo/+"};
  make().start(Door::member);
  host_.up(signer_);
  loop_.advance(1s);
  EXPECT_FALSE(host_.says("on the bus as n1"));
  EXPECT_GE(host_.connects.size(), 2U);
}

TEST_F(MembershipTest, RequestsAreTakenInEveryCollective) {
  identity_.collectives = {"main", "de"};
  member();
  for (const auto* filter : {"muster/v1/main/req/node/n1/+", "muster/v1/de/req/node/n1/+"})
    EXPECT_EQ(host_.subscriptions.at(filter), Feed::node);
  for (const auto* filter : {"muster/v1/main/req/agent/echo/+", "muster/v1/de/req/agent/echo/+"})
    EXPECT_EQ(host_.subscriptions.at(filter), Feed::agents);
}

TEST_F(MembershipTest, RequestsAreTakenForTheAgentsOfTheMomentAndNoOthers) {
  auto& node = member();
  host_.view.agents = {"echo", "parrot"};
  node.on_changed();
  loop_.run_due();
  EXPECT_THAT(host_.subscriptions, Contains(Key("muster/v1/main/req/agent/parrot/+")));
  host_.view.agents = {"parrot"};
  node.on_changed();
  loop_.run_due();
  EXPECT_THAT(host_.subscriptions, Not(Contains(Key("muster/v1/main/req/agent/echo/+"))));
}

TEST_F(MembershipTest, AnAgentWhoseTopicIsForbiddenIsTriedAgain) {
  auto& node = member();
  const std::string filter = "muster/v1/main/req/agent/parrot/+";
  host_.forbidden = {filter};
  host_.view.agents = {"echo", "parrot"};
  node.on_changed();
  loop_.run_due();
  EXPECT_THAT(host_.subscriptions, Not(Contains(Key(filter))));
  host_.forbidden.clear();
  loop_.advance(kRefreshEvery);
  EXPECT_THAT(host_.subscriptions, Contains(Key(filter)));
}

TEST_F(MembershipTest, ABroadcastIsAnsweredOnTheCallersTopic) {
  member();
  const auto id = send(Feed::agents, request());
  host_.executor.run_all();
  EXPECT_EQ(opened("muster/v1/main/rep/alice/s1/n1").request_id, id);
  EXPECT_TRUE(host_.last("muster/v1/main/rep/alice/s1/n1")->options.keep)
      << "the action has been done";
}

TEST_F(MembershipTest, ARetainedRequestIsNotHeard) {
  member();
  send(Feed::agents, request(), true);
  EXPECT_EQ(around_.statistics.received, 0U);
}

TEST_F(MembershipTest, ARequestOnTheNodesOwnTopicMustNameIt) {
  member();
  send(Feed::node, request());
  EXPECT_EQ(host_.executor.waiting(), 0U);
  auto named = request();
  named.targets.push_back("n1");
  send(Feed::node, named);
  EXPECT_EQ(host_.executor.waiting(), 1U);
}

TEST_F(MembershipTest, NobodyIsAnsweredElsewhere) {
  member();
  auto wire = request();
  wire.reply_to = "muster/v1/main/presence";
  const auto before = host_.published.size();
  send(Feed::agents, wire);
  host_.executor.run_all();
  EXPECT_EQ(around_.statistics.replies, 1U);
  EXPECT_EQ(host_.published.size(), before);
}

TEST_F(MembershipTest, AReplyAfterTheLinksEndHasNowhereToGo) {
  auto& node = member();
  send(Feed::agents, request());
  host_.executor.run_first();
  node.on_link(transport::LinkState::taken_over, "another");
  loop_.run_due();
  const auto before = host_.published.size();
  host_.executor.give_back();
  EXPECT_EQ(host_.published.size(), before);
}

TEST_F(MembershipTest, AnEventCarriesTheNodesSignature) {
  auto& node = member();
  node.on_job_ended("j1", false);
  const auto told = event("job");
  EXPECT_EQ(told.type, "job");
  EXPECT_EQ(told.identity, "n1");
  EXPECT_EQ(told.at_ms, loop_.clock().unix_ms());
  EXPECT_EQ(told.data, (Value{{"job", "j1"}}));
}

TEST_F(MembershipTest, WhoArrivesIsShownRememberedAndTold) {
  member();
  EXPECT_EQ(shown().identity, "n1");
  EXPECT_EQ(shown().facts, (Value{{"country", "de"}}));
  EXPECT_TRUE(host_.joined);
  EXPECT_TRUE(host_.keeps_certificate);
  EXPECT_EQ(event("joined").data, (Value{{"version", "0.1.0"}, {"agents", {"echo"}}}));
}

TEST_F(MembershipTest, ARegistrationIsSentWithinTheSplayAndThenAtEachInterval) {
  identity_.registration_interval = 300s;
  identity_.registration_splay = 60s;
  member();
  const auto* topic = "muster/v1/main/registration/n1";
  loop_.advance(60s);
  EXPECT_EQ(host_.count(topic), 1U);
  loop_.advance(3'000s);
  EXPECT_EQ(host_.count(topic), 11U);
  EXPECT_EQ(host_.last(topic)->options.expiry_s, kRegistrationExpiryS);
}

TEST_F(MembershipTest, WithoutAnIntervalNothingIsRegistered) {
  member();
  loop_.advance(24h);
  EXPECT_EQ(host_.count("muster/v1/main/registration/n1"), 0U);
}

TEST_F(MembershipTest, TheRootsListsGoToWhoVerifiesThem) {
  auto& node = member();
  node.on_message(Feed::lists, {"muster/v1/main/trust/revoked/x", "a list", true});
  ASSERT_EQ(host_.lists.size(), 1U);
  EXPECT_EQ(host_.lists.front().payload, "a list");
}

TEST_F(MembershipTest, WhenTheRootsChangePresenceSaysSo) {
  auto& node = member();
  host_.root_changes = true;
  host_.view.roots = {"marked"};
  node.on_message(Feed::roots, {"muster/v1/main/trust/root/x/1", "a statement", true});
  loop_.run_due();
  EXPECT_THAT(shown().roots, testing::ElementsAre("marked"));
}

}  // namespace
}  // namespace muster::agent
