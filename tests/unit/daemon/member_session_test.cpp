#include "node-agent/daemon/member_session.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "node-agent/presence/presence.hpp"
#include "proto/messages/event.hpp"
#include "proto/messages/presence.hpp"
#include "proto/messages/request.hpp"
#include "proto/security/verifier.hpp"
#include "tests/support/fakes/body_of.hpp"
#include "tests/support/fakes/wait_until.hpp"
#include "tests/unit/daemon/session_surroundings.hpp"

namespace muster::agent {
namespace {

using namespace std::chrono_literals;

constexpr auto kPresence = "muster/v1/main/presence/n1";

class MemberSessionTest : public testing::Test {
 protected:
  MemberSessionTest() {
    EXPECT_TRUE(around_.nodes.add(around_.gate.pki.puppet_ca().certificate()));
  }

  std::unique_ptr<MemberSession> open(std::vector<std::string> collectives = {"main"}) {
    auto session = MemberSession::over(
        around_.broker.connect("n1", test::MemoryWill{kPresence, ""}), std::move(collectives), "n1",
        node_.signer(), around_.dispatcher, around_.revocations, {"echo"}, around_.gate.clock);
    if (!session) throw std::runtime_error(session.error().message);
    return std::move(*session);
  }
  // The body that is shown, as a client verifies it; empty when nothing is.
  std::string shown(const std::string& topic = kPresence) {
    const auto retained = around_.broker.retained(topic);
    if (!retained) return "";
    const auto opened = security::open(*retained, envelope::Kind::presence, around_.nodes);
    EXPECT_TRUE(opened) << opened.error().message;
    EXPECT_EQ(opened->signer, "n1");
    const auto stamp = messages::Presence::stamped("", around_.gate.clock.unix_ms());
    EXPECT_THAT(opened->body, testing::EndsWith(stamp));
    return opened->body.substr(0, opened->body.size() - stamp.size());
  }
  void send(const std::string& topic, const messages::Request& wire) {
    EXPECT_TRUE(operator_->publish(topic, around_.gate.sealed(wire), {}));
  }

  SessionSurroundings around_;
  test::Holder node_ = around_.gate.pki.node("n1");
  std::unique_ptr<transport::Bus> operator_ = around_.broker.connect("alice");
};

TEST_F(MemberSessionTest, PresenceIsRetainedAndSignedByTheNode) {
  const auto session = open();
  EXPECT_EQ(shown(), "") << "nothing is known yet";
  session->show_presence("what it is");
  EXPECT_EQ(shown(), "what it is");
}

TEST_F(MemberSessionTest, PresenceIsShownInEveryCollective) {
  const auto session = open({"main", "de"});
  session->show_presence("what it is");
  EXPECT_EQ(shown(), "what it is");
  EXPECT_EQ(shown("muster/v1/de/presence/n1"), "what it is");
}

TEST_F(MemberSessionTest, TheSamePresenceIsNotSentAgainUntilItGrowsOld) {
  const auto session = open();
  Ear ear(around_.broker, kPresence);
  session->show_presence("one");
  session->show_presence("one");
  around_.gate.clock.advance(kPresenceAgain);
  session->show_presence("one");
  session->show_presence("two");
  around_.gate.clock.advance(kPresenceAgain + 1s);
  session->show_presence("two");
  EXPECT_TRUE(operator_->publish(kPresence, "the end", {}));
  std::size_t sent = 0;
  while (ear.next().payload != "the end") ++sent;
  EXPECT_EQ(sent, 3U) << "one, two, and two again when it was old";
}

TEST_F(MemberSessionTest, WhereNothingIsKnownNothingIsShown) {
  const auto session = open();
  session->show_presence("");
  session->show_presence_again();
  EXPECT_FALSE(around_.broker.retained(kPresence));
  session->show_presence("one");
  session->show_presence("");
  EXPECT_EQ(shown(), "one") << "better than no presence";
}

TEST_F(MemberSessionTest, AfterALostLinkItIsShownAgain) {
  const auto session = open();
  session->show_presence("one");
  around_.broker.drop("n1");
  EXPECT_FALSE(around_.broker.retained(kPresence)) << "the last will";
  session->show_presence("two");  // has nowhere to go
  around_.broker.restore("n1");
  session->show_presence_again();
  EXPECT_EQ(shown(), "two");
}

// Session "s1" of n1, and what is heard of its presence besides.
class OwnPresenceTest : public MemberSessionTest {
 protected:
  static std::string body(const std::string& session, const std::string& address = "") {
    messages::Presence wire;
    wire.identity = "n1";
    wire.session = session;
    wire.address = address;
    return test::body_of(wire);
  }
  static std::string sealed(const test::Holder& holder, const std::string& body) {
    return holder.signer().seal(envelope::Kind::presence, body).value();
  }
  void put(const std::string& payload) {
    ASSERT_TRUE(operator_->publish(kPresence, payload, {.retain = true}));
  }
  // After what was published before has reached the session.
  std::optional<OtherPresence> restored(MemberSession& session) {
    around_.gate.clock.advance(kRestorePause);
    std::optional<OtherPresence> other;
    EXPECT_TRUE(
        fakes::wait_until([&] { return (other = session.restore_presence()).has_value(); }));
    return other;
  }
};

TEST_F(OwnPresenceTest, WhatALateWillTookDownIsShownAgain) {
  const auto session = open();
  session->show_presence(body("s1"));
  put("");
  const auto other = restored(*session);
  ASSERT_TRUE(other);
  EXPECT_TRUE(other->cleared);
  EXPECT_EQ(shown(), body("s1"));
}

TEST_F(OwnPresenceTest, TheHolderOfTheSameKeyIsSeenWithItsAddress) {
  const auto session = open();
  session->show_presence(body("s1"));
  put(sealed(node_, body("s2", "192.0.2.66")));
  const auto other = restored(*session);
  ASSERT_TRUE(other);
  EXPECT_TRUE(other->same_key);
  EXPECT_FALSE(other->retained);
  EXPECT_EQ(other->address, "192.0.2.66");
  EXPECT_EQ(shown(), body("s1"));
}

TEST_F(OwnPresenceTest, AnotherCasCertificateForTheNameIsNamed) {
  const auto session = open();
  session->show_presence(body("s1"));
  const test::TestCa stranger("Puppet CA: stranger");
  put(sealed(stranger.issue_node("n1"), body("s1", "192.0.2.66")));
  const auto other = restored(*session);
  ASSERT_TRUE(other);
  EXPECT_FALSE(other->same_key);
  EXPECT_THAT(other->signer, testing::HasSubstr("Puppet CA: stranger"));
}

TEST_F(OwnPresenceTest, APredecessorsThatWasRetainedIsReplaced) {
  put(sealed(node_, body("s0")));
  const auto session = open();
  session->show_presence(body("s1"));
  const auto other = restored(*session);
  ASSERT_TRUE(other);
  EXPECT_TRUE(other->retained);
  EXPECT_EQ(shown(), body("s1"));
}

TEST_F(OwnPresenceTest, ItsOwnEchoIsNothingNew) {
  std::atomic<int> told{0};
  auto session =
      MemberSession::over(around_.broker.connect("n1"), {"main"}, "n1", node_.signer(),
                          around_.dispatcher, around_.revocations, {"echo"}, around_.gate.clock,
                          {.on_own_presence = [&told] { ++told; }, .on_root_statement = {}});
  ASSERT_TRUE(session);
  (*session)->show_presence(body("s1"));
  Ear ear(around_.broker, kPresence);
  (*session)->show_presence(body("s1", "changed"));
  ear.next();
  ear.next();
  EXPECT_EQ(told, 0);
  put("");
  EXPECT_TRUE(fakes::wait_until([&told] { return told == 1; }));
  (*session).reset();
  EXPECT_EQ(told, 1) << "that we leave is no news";
}

TEST_F(OwnPresenceTest, TwoWhoShowThemselvesDoNotKeepTheBrokerBusy) {
  const auto session = open();
  session->show_presence(body("s1"));
  put("");
  ASSERT_TRUE(restored(*session));
  put("");
  Ear ear(around_.broker, "muster/v1/main/end");
  ASSERT_TRUE(operator_->publish("muster/v1/main/end", "", {}));
  ear.next();
  EXPECT_FALSE(session->restore_presence()) << "too soon";
  EXPECT_TRUE(restored(*session)) << "but not forgotten";
}

TEST_F(MemberSessionTest, LeavingTakesPresenceDownEverywhere) {
  auto session = open({"main", "de"});
  session->show_presence("one");
  session.reset();
  EXPECT_FALSE(around_.broker.retained(kPresence));
  EXPECT_FALSE(around_.broker.retained("muster/v1/de/presence/n1"));
}

TEST_F(MemberSessionTest, ACertificateThatWasRenewedIsNoticed) {
  const auto session = open();
  fakes::TempFolder folder;
  plugins::PuppetPaths puppet;
  puppet.ssldir = folder.path();
  EXPECT_FALSE(session->renewed(puppet)) << "there is none";
  const auto put = [&](const test::Holder& holder) {
    folder.write("certs/n1.pem", holder.certificate.pem());
    folder.write("private_keys/n1.pem", holder.key.private_pem().value(), 0600);
  };
  put(node_);
  EXPECT_FALSE(session->renewed(puppet)) << "it is the session's own";
  put(around_.gate.pki.node("n1"));
  EXPECT_TRUE(session->renewed(puppet));
}

TEST_F(MemberSessionTest, ABroadcastIsAnsweredOnTheCallersTopic) {
  const auto session = open();
  Ear ear(around_.broker, "muster/v1/main/rep/alice/s1/+");
  const auto wire = around_.gate.request();
  send("muster/v1/main/req/agent/echo/alice", wire);
  const auto message = ear.next();
  EXPECT_EQ(message.topic, "muster/v1/main/rep/alice/s1/n1");
  EXPECT_EQ(around_.opened(message).request_id, wire.id);
}

TEST_F(MemberSessionTest, RequestsAreTakenForTheAgentsOfTheMomentAndNoOthers) {
  const auto session = open();
  Ear ear(around_.broker, "muster/v1/main/rep/alice/s1/+");
  auto wire = around_.gate.request();
  wire.agent = "parrot";
  send("muster/v1/main/req/agent/parrot/alice", wire);  // nobody listens
  session->follow_agents({"echo", "parrot"});
  wire.id = "second";
  send("muster/v1/main/req/agent/parrot/alice", wire);
  EXPECT_EQ(around_.opened(ear.next()).request_id, "second");
  session->follow_agents({"echo"});
  wire.id = "third";
  send("muster/v1/main/req/agent/parrot/alice", wire);
  const auto last = around_.gate.request();
  send("muster/v1/main/req/agent/echo/alice", last);
  EXPECT_EQ(around_.opened(ear.next()).request_id, last.id);
  EXPECT_EQ(ear.waiting(), 0U);
}

TEST_F(MemberSessionTest, ARequestOnTheNodesOwnTopicMustNameIt) {
  const auto session = open();
  Ear ear(around_.broker, "muster/v1/main/rep/alice/s1/+");
  auto nameless = around_.gate.request();
  send("muster/v1/main/req/node/n1/alice", nameless);
  auto named = around_.gate.request();
  named.targets.push_back("n1");
  send("muster/v1/main/req/node/n1/alice", named);
  EXPECT_EQ(around_.opened(ear.next()).request_id, named.id);
  EXPECT_EQ(ear.waiting(), 0U);
}

TEST_F(MemberSessionTest, NobodyIsAnsweredElsewhere) {
  const auto session = open();
  Ear ear(around_.broker, "muster/v1/main/#");
  auto wire = around_.gate.request();
  wire.reply_to = "muster/v1/main/presence";
  send("muster/v1/main/req/agent/echo/alice", wire);
  EXPECT_EQ(ear.next().topic, "muster/v1/main/req/agent/echo/alice");
  ASSERT_TRUE(fakes::wait_until([this] { return around_.gate.statistics.replies == 1; }));
  EXPECT_TRUE(around_.dispatcher.wait_idle(fakes::kPatience));
  EXPECT_TRUE(operator_->publish("muster/v1/main/end", "", {}));
  EXPECT_EQ(ear.next().topic, "muster/v1/main/end");
}

TEST_F(MemberSessionTest, AReplyAfterTheSessionsEndHasNowhereToGo) {
  auto session = open();
  around_.gate.allows = false;
  send("muster/v1/main/req/agent/echo/alice", around_.gate.request());
  session.reset();
  EXPECT_TRUE(around_.dispatcher.wait_idle(fakes::kPatience));
}

TEST_F(MemberSessionTest, AnEventCarriesTheNodesSignature) {
  const auto session = open();
  Ear ear(around_.broker, "muster/v1/main/event/#");
  ASSERT_TRUE(session->publish_event("job", {{"job", "j1"}}, 4'711));
  const auto message = ear.next();
  EXPECT_EQ(message.topic, "muster/v1/main/event/job/n1");
  const auto opened = security::open(message.payload, envelope::Kind::event, around_.nodes);
  ASSERT_TRUE(opened) << opened.error().message;
  const auto wire = messages::Event::decode(opened->body).value();
  EXPECT_EQ(wire.type, "job");
  EXPECT_EQ(wire.identity, "n1");
  EXPECT_EQ(wire.at_ms, 4'711);
  EXPECT_EQ(wire.data, (Value{{"job", "j1"}}));
}

}  // namespace
}  // namespace muster::agent
