// What members may say besides their replies, how much of it, and for how long it stays.
#include <future>

#include "orchestrator/client/lifecycle.hpp"
#include "orchestrator/client/reply_stream.hpp"
#include "orchestrator/client/token_uses.hpp"
#include "proto/messages/event.hpp"
#include "proto/messages/reply.hpp"
#include "proto/messages/token_use.hpp"
#include "tests/attack/row.hpp"
#include "tests/support/fakes/wait_until.hpp"
#include "tests/unit/client/client_lab.hpp"

namespace muster::attack {
namespace {

using envelope::Kind;

class Told : public testing::Test {
 protected:
  Told() { lab_.trust_nodes(); }
  void publish(const std::string& topic, const std::string& payload, bool retain = false) {
    client::must(member_->publish(topic, payload, {.retain = retain}));
  }
  static std::string event_of(const test::Holder& who, const std::string& type,
                              const std::string& about) {
    messages::Event event;
    event.id = "e1";
    event.type = type;
    event.identity = about;
    event.at_ms = 1;
    return who.signer().seal(Kind::event, test::body_of(event)).value();
  }
  void tell(const test::Holder& who, const std::string& type, const std::string& about,
            bool retain = false) {
    publish(transport::topics::event("main", type, about), event_of(who, type, about), retain);
  }
  std::unique_ptr<client::Events> watch(std::function<void()> then = [] {}) {
    return client::Events::watch(lab_.link(),
                                 [this, then](const client::LifecycleEvent& event) {
                                   ++heard_;
                                   last_ = event.identity;
                                   then();
                                 })
        .value();
  }
  // Of an honest node, which is heard whatever the attacker said.
  void expect_heard(client::Events& events, int before) {
    tell(honest_, "job", "n1");
    client::must(events.drain(fakes::kPatience));
    EXPECT_EQ(heard_, before + 1);
    EXPECT_EQ(last_, "n1");
  }

  client::ClientLab lab_;
  const test::Holder honest_ = lab_.pki().node("n1");
  const test::Holder thief_ = lab_.pki().node("n2");
  std::unique_ptr<transport::Bus> member_ = lab_.broker().connect("member");
  std::atomic<int> heard_{0};
  std::string last_;  // read after drain()
};

TEST_F(Told, ANodeTellsNoOutcome) {
  row("stolen node", "tells that it was provisioned, or that an orchestrator has left",
      "refused and counted; told which event a node cannot tell");
  const auto events = watch();
  for (const auto* type : {"provisioned", "failed", "orchestrator-left"}) tell(thief_, type, "n2");
  client::must(events->drain(fakes::kPatience));
  EXPECT_EQ(heard_, 0);
  EXPECT_EQ(events->refused(), 3U);
  EXPECT_NE(events->last_refusal().find("cannot tell"), std::string::npos);
  expect_heard(*events, 0);
}

TEST_F(Told, WhatIsRetainedIsNoEvent) {
  row("stolen node", "leaves events on the broker, to come again with every subscription",
      "refused and counted; told that no event belongs there");
  for (const auto* type : {"job", "left", "joined"}) tell(thief_, type, "n2", true);
  const auto events = watch();
  client::must(events->drain(fakes::kPatience));
  EXPECT_EQ(heard_, 0);
  EXPECT_EQ(events->refused(), 3U);
  EXPECT_NE(events->last_refusal().find("retained"), std::string::npos);
  expect_heard(*events, 0);
}

TEST_F(Told, WhatIsRetainedIsNoReply) {
  row("stolen node", "leaves replies on the broker, to fill whoever listens there next",
      "dropped before they are verified; other nodes' replies are heard");
  const auto reply_of = [](const test::Holder& who, const std::string& name) {
    messages::Reply reply;
    reply.request_id = "r1";
    reply.identity = name;
    reply.agent = "echo";
    reply.action = "act";
    return who.signer().seal(Kind::reply, test::body_of(reply)).value();
  };
  const auto topic = transport::topics::reply_prefix("main", "alice", "s1");
  publish(topic + "/n2", reply_of(thief_, "n2"), true);
  const auto stream = client::ReplyStream::open(
                          lab_.link(), "s1",
                          [this](const client::StreamedReply& reply) {
                            if (reply.node.identity == "n1") ++heard_;
                            if (reply.node.identity == "n2") heard_ += 100;
                          },
                          [](const std::string& why) { ADD_FAILURE() << why; })
                          .value();
  publish(topic + "/n1", reply_of(honest_, "n1"));
  EXPECT_TRUE(fakes::wait_until([this] { return heard_ > 0; }));
  EXPECT_TRUE(fakes::wait_until([this] { return heard_ % 100 == 1; }));
  EXPECT_EQ(heard_, 1) << "what a node left behind is taken for an answer";
}

TEST_F(Told, AMembersFloodDropsNobodyElsesWord) {
  row("stolen node",
      "3,000 messages of garbage, to fill the queue in which all wait to be verified",
      "its own are dropped beyond 1,000 and counted; the log names it");
  std::promise<void> go_on;
  const auto gone_on = go_on.get_future().share();
  const auto events = watch([gone_on] { gone_on.wait(); });
  tell(honest_, "job", "n1");  // its handler is busy from now on
  EXPECT_TRUE(fakes::wait_until([this] { return heard_ == 1; }));
  for (int i = 0; i < 3'000; ++i) publish("muster/v1/main/event/job/n2", "garbage");
  EXPECT_TRUE(fakes::wait_until([&] { return events->dropped() >= 2'000; }));
  tell(honest_, "job", "n1");
  go_on.set_value();
  client::must(events->drain(fakes::kPatience));
  EXPECT_EQ(heard_, 2) << "an honest node's word was dropped";
  EXPECT_EQ(events->refused(), client::kEventQueue.per_sender);
}

TEST_F(Told, ATokensUseIsAnOrchestratorsWord) {
  row("operator", "says that another's join token was used up, or revoked",
      "left out; an orchestrator's word counts");
  const auto say = [this](client::Link& link) {
    messages::TokenRevocation revoked;
    revoked.token_id = "t1";
    revoked.by = "alice";
    revoked.at_ms = 1;
    publish(transport::topics::token_revocation("main", "t1"),
            link.signer().seal(Kind::token_revocation, revoked.encode()).value(), true);
    messages::TokenUse use;
    use.token_id = "t1";
    use.identity = "n9";
    publish(transport::topics::token_use("main", "t1", "n9", "key"),
            link.signer().seal(Kind::token_use, use.encode()).value(), true);
    return client::token_uses(lab_.link(), {"t1"}).value()["t1"];
  };
  const auto by_operator = say(lab_.link());
  EXPECT_FALSE(by_operator.revoked);
  EXPECT_EQ(by_operator.names, 0U);
  const auto by_orchestrator = say(lab_.orchestrator());
  EXPECT_TRUE(by_orchestrator.revoked);
  EXPECT_EQ(by_orchestrator.names, 1U);
}

}  // namespace
}  // namespace muster::attack
