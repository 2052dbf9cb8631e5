// What nodes, joining machines and operators say in somebody else's name, to an operator or orchestrator.
#include <nlohmann/json.hpp>

#include "orchestrator/client/fleet.hpp"
#include "orchestrator/client/lifecycle.hpp"
#include "orchestrator/client/record_codec.hpp"
#include "orchestrator/client/registration.hpp"
#include "orchestrator/client/reply.hpp"
#include "orchestrator/client/trusted_ca.hpp"
#include "proto/messages/event.hpp"
#include "proto/messages/registration.hpp"
#include "proto/messages/reply.hpp"
#include "proto/messages/request.hpp"
#include "proto/messages/trusted_ca.hpp"
#include "tests/attack/row.hpp"
#include "tests/support/fakes/body_of.hpp"
#include "tests/unit/client/client_lab.hpp"

namespace muster::attack {
namespace {

using client::Call;
using client::Caller;
using client::LabNode;
using envelope::Kind;

class Reply : public testing::Test {
 protected:
  void SetUp() override {
    lab_.trust_nodes();
    caller_ = *Caller::start(lab_.link());
  }
  // Asks n1 while `attack` is the first that hears of it; n1 answers honestly afterwards.
  client::CallResult ask(const LabNode::OnRequest& attack) {
    LabNode n1(lab_, "n1", [&](LabNode& node, const messages::Request& request) {
      attack(node, request);
      node.answer(request);
    });
    return caller_->call(call_of_n1(kPatience), [this](const client::NodeResult&) { ++told_; })
        .value();
  }
  static Call call_of_n1(std::chrono::milliseconds timeout) {
    Call call;
    call.agent = "echo";
    call.action = "act";
    call.arguments = Value::object();
    call.targets = {"n1"};
    call.timeout = timeout;
    return call;
  }
  static void expect_honest(const client::CallResult& result, std::size_t unverified = 1) {
    ASSERT_EQ(result.results.size(), 1U);
    EXPECT_EQ(result.results[0].identity, "n1");
    EXPECT_EQ(result.results[0].data, (Value{{"from", "n1"}}));
    EXPECT_TRUE(result.all_ok());
    EXPECT_EQ(result.unverified, unverified) << result.last_unverified;
  }
  void publish(const std::string& topic, const std::string& payload) {
    client::must(stranger_->publish(topic, payload, {}));
  }
  static messages::Reply forged(const messages::Request& request, const std::string& identity) {
    messages::Reply reply;
    reply.request_id = request.id;
    reply.identity = identity;
    reply.agent = request.agent;
    reply.action = request.action;
    reply.data = {{"from", "the attacker"}};
    return reply;
  }

  // An answer that `inside` gave, signed by `signer`, comes on the topic of `level`, and then n1's own.
  void expect_only_n1_believed(const security::Signer& signer, const std::string& level = "n1",
                               const std::string& inside = "n1") {
    expect_honest(ask([&](LabNode&, const messages::Request& request) {
      publish(request.reply_to + "/" + level,
              signer.seal(Kind::reply, test::body_of(forged(request, inside))).value());
    }));
  }

  static constexpr std::chrono::milliseconds kPatience{5'000};
  std::atomic<int> told_{0};  // results that the caller was handed
  client::ClientLab lab_;
  std::unique_ptr<Caller> caller_;
  std::unique_ptr<transport::Bus> stranger_ = lab_.broker().connect("stranger");
};

TEST_F(Reply, AnotherNodesSignatureIsNotBelieved) {
  row("stolen node", "answers for another node, on its topic", "counted as unverified, told");
  const auto thief = lab_.pki().node("n2");
  expect_only_n1_believed(thief.signer());
}

TEST_F(Reply, AnotherIdentityInsideIsNotBelieved) {
  row("stolen node", "answers on its own topic with another's name inside",
      "counted as unverified, told");
  const auto thief = lab_.pki().node("n2");
  expect_only_n1_believed(thief.signer(), "n2");
}

TEST_F(Reply, WhoWasNotAskedIsNotHeard) {
  row("stolen node", "answers a call that named others", "counted as unverified, told");
  const auto thief = lab_.pki().node("n2");
  expect_only_n1_believed(thief.signer(), "n2", "n2");
}

TEST_F(Reply, AnAnswerToAnotherActionIsNotBelieved) {
  row("stolen node", "answers with the result of another action", "counted as unverified, told");
  LabNode n1(lab_, "n1", [](LabNode& node, const messages::Request& request) {
    auto reply = node.reply_to(request);
    reply.action = "other";
    node.send(request, reply);
  });
  const auto result = caller_->call(call_of_n1(std::chrono::milliseconds(300))).value();
  EXPECT_EQ(result.silent(), std::vector<std::string>{"n1"});
  EXPECT_EQ(result.unverified, 1U);
}

TEST_F(Reply, AnOperatorAnswersForNoNode) {
  row("operator", "a reply signed with an operator's certificate", "counted as unverified, told");
  expect_only_n1_believed(lab_.pki().operator_().signer());
}

TEST_F(Reply, TheJoinZoneAnswersForNoMember) {
  row("holder of a join token", "a reply signed with a bare key", "counted as unverified, told");
  const auto bare = security::Signer::with_key(x509::Key::generate_p256().value());
  expect_only_n1_believed(bare);
}

TEST_F(Reply, ANodeOfAnUnknownCaIsNotBelieved) {
  row("Puppet CA admin", "a node's name certified by a CA that nobody endorsed",
      "counted as unverified, told");
  const auto twin = test::TestCa("Puppet CA: elsewhere").issue_node("n1");
  expect_only_n1_believed(twin.signer());
}

TEST_F(Reply, ACaNamesNoNodeBeyondItsPatterns) {
  row("stolen master", "a certificate of db1 from a CA that is endorsed for web* alone",
      "counted as unverified; told with the patterns");
  const test::TestCa web("Puppet CA: web");
  ASSERT_TRUE(lab_.link().believe(
      client::endorse(lab_.orchestrator(), web.certificate(), {"web*"}, "puppet.web")));
  const auto forger = web.issue_node("n1");
  const auto result = ask([&](LabNode&, const messages::Request& request) {
    publish(request.reply_to + "/n1",
            forger.signer().seal(Kind::reply, test::body_of(forged(request, "n1"))).value());
  });
  expect_honest(result);
  EXPECT_NE(result.last_unverified.find("web*"), std::string::npos) << result.last_unverified;
}

TEST_F(Reply, ASecondAnswerChangesNothing) {
  row("broker", "a node's reply delivered twice", "counted as duplicate");
  LabNode n1(lab_, "n1", [&](LabNode& node, const messages::Request& request) {
    node.answer(request);
    node.answer(request);
  });
  auto call = call_of_n1(std::chrono::seconds(2));
  call.targets = {"n1", "n2"};  // nobody is n2, and so the call still listens when the second comes
  const auto result = caller_->call(call, [this](const client::NodeResult&) { ++told_; }).value();
  EXPECT_EQ(result.silent(), std::vector<std::string>{"n2"});
  EXPECT_EQ(result.unverified, 0U) << result.last_unverified;
  EXPECT_EQ(result.duplicates, 1U);
  EXPECT_EQ(told_, 1) << "the caller heard of one node twice";
}

TEST_F(Reply, AJoiningMachineSpeaksWithItsAnnouncedKeyOnly) {
  row("holder of a join token", "replies for another joining machine", "refused");
  const auto announced = x509::Key::generate_p256().value();
  const auto other = security::Signer::with_key(x509::Key::generate_p256().value());
  messages::Reply reply;
  reply.identity = "n1";
  const auto body = test::body_of(reply);
  const base::SystemClock clock;
  const security::TrustStore nobody(clock);
  EXPECT_FALSE(client::read_join_reply(other.seal(Kind::reply, body).value(),
                                       announced.public_der(), nobody));
  EXPECT_TRUE(
      client::read_join_reply(security::Signer::with_key(announced).seal(Kind::reply, body).value(),
                              announced.public_der(), nobody));
}

class Word : public Reply {
 protected:
  template <class Message>
  std::string by(const test::Holder& who, Kind kind, const Message& body) {
    return who.signer().seal(kind, test::body_of(body)).value();
  }
  static messages::Event event(const std::string& type, const std::string& identity) {
    messages::Event event;
    event.id = "e1";
    event.type = type;
    event.identity = identity;
    return event;
  }
  // What `who` says of that CA, right in everything else, is believed.
  bool endorses(const test::Holder& who, const test::TestCa& ca) {
    messages::TrustedCa wire;
    wire.patterns.push_back("*");
    wire.number = 1;
    wire.certificate = ca.certificate().der();
    const auto topic = "muster/v1/main/trust/ca/" + ca.certificate().fingerprint();
    return client::read_trusted_ca(topic, by(who, Kind::trusted_ca, wire), lab_.link().operators(),
                                   lab_.link().clock().unix_ms())
        .has_value();
  }

  const test::TestCa rogue_{"Puppet CA: rogue"};
};

TEST_F(Word, APresenceIsTheNodesOwn) {
  row("stolen node", "shows itself under another node's name", "counted as refused, told");
  const auto fleet = client::Fleet::watch(lab_.link()).value();
  LabNode n2(lab_, "n2");
  auto false_one = n2.presence();
  false_one.identity = "n1";
  n2.show_at("n1", false_one);
  LabNode n3(lab_, "n3");
  n3.show(n3.presence());
  ASSERT_TRUE(fleet->wait_complete(kPatience));
  EXPECT_FALSE(fleet->find("n1"));
  EXPECT_TRUE(fleet->find("n3"));
  EXPECT_EQ(fleet->refused(), 1U);
}

TEST_F(Word, AnEventIsTheNodesOwn) {
  row("stolen node", "tells that another node has left", "refused, told");
  const auto thief = lab_.pki().node("n2");
  EXPECT_FALSE(client::read_event(lab_.link(), "muster/v1/main/event/left/n1",
                                  by(thief, Kind::event, event("left", "n1"))));
  EXPECT_FALSE(client::read_event(lab_.link(), "muster/v1/main/event/left/n2",
                                  by(thief, Kind::event, event("left", "n1"))));
}

TEST_F(Word, AnOperatorTellsNoOutcome) {
  row("operator", "tells that a node was provisioned", "refused, told");
  EXPECT_FALSE(
      client::read_event(lab_.link(), "muster/v1/main/event/provisioned/n1",
                         by(lab_.pki().operator_(), Kind::event, event("provisioned", "n1"))));
}

TEST_F(Word, ARegistrationIsTheNodesOwn) {
  row("stolen node", "registers facts for another node", "refused, told");
  messages::Registration wire;
  wire.identity = "n1";
  const auto thief = lab_.pki().node("n2");
  EXPECT_FALSE(client::read_registration(lab_.link(), "muster/v1/main/registration/n1",
                                         by(thief, Kind::registration, wire)));
}

TEST_F(Word, ARecordIsAnOrchestrators) {
  row("operator", "writes a node's provision record", "refused, told");
  client::Record record;
  record.identity = "n1";
  const auto sealed =
      lab_.pki().operator_().signer().seal(Kind::provision_record, record.encode()).value();
  EXPECT_FALSE(client::read_record("muster/v1/main/provision/n1", sealed, lab_.link().operators(),
                                   lab_.link().clock().unix_ms()));
}

TEST_F(Word, NoRecordIsTheLastForEver) {
  row("stolen orchestrator",
      "writes a record that began, or was written, so late that none of the node can follow it",
      "not believed, wherever it is heard; of the latest that is, somebody goes on");
  constexpr std::int64_t kNowMs = 1'800'000'000'000;
  const auto is_believed = [&](std::int64_t began_at_ms, std::int64_t at_ms, std::int64_t now_ms) {
    client::Record record;
    record.identity = "n1";
    record.started_at_ms = began_at_ms;
    record.updated_at_ms = at_ms;
    const auto sealed =
        lab_.pki().orchestrator().signer().seal(Kind::provision_record, record.encode()).value();
    return client::read_record("muster/v1/main/provision/n1", sealed, lab_.link().operators(),
                               now_ms)
        .has_value();
  };
  constexpr std::int64_t kYear9999 = 253'402'300'799'998;
  EXPECT_FALSE(is_believed(kYear9999, kNowMs, kNowMs));
  EXPECT_FALSE(is_believed(kNowMs, kYear9999, kNowMs));
  const auto latest = kNowMs + client::kRecordAheadMax.count();
  EXPECT_TRUE(is_believed(latest, latest, kNowMs));
  EXPECT_FALSE(is_believed(latest + 1, latest, kNowMs));
  EXPECT_TRUE(is_believed(latest + 1, latest + 1, kNowMs + 1)) << "the next, a moment later";
}

TEST_F(Word, ANodeEndorsesNoCa) {
  row("stolen node", "endorses a Puppet CA of its own", "refused, told");
  EXPECT_FALSE(endorses(lab_.pki().node("n2"), rogue_));
}

TEST_F(Word, ABrokerEndorsesNoCa) {
  row("broker", "endorses a Puppet CA with the watcher's certificate", "refused, told");
  const auto watcher = lab_.pki().orchestrator_root().issue_member("watcher1", "broker");
  EXPECT_FALSE(endorses(watcher, rogue_));
}

TEST_F(Word, AnOperatorEndorsesNoCa) {
  row("operator", "endorses a Puppet CA of its own", "refused, told");
  EXPECT_FALSE(endorses(lab_.pki().operator_(), rogue_));
  EXPECT_TRUE(endorses(lab_.pki().orchestrator(), rogue_)) << "who may does, with the same words";
}

TEST_F(Word, AnEndorsementIsForTheCaOfItsTopic) {
  row("broker", "carries one CA's endorsement to another's topic", "refused, told");
  const test::TestCa ca("Puppet CA: one");
  messages::TrustedCa wire;
  wire.patterns.push_back("*");
  wire.number = 1;
  wire.certificate = ca.certificate().der();
  const auto sealed = by(lab_.pki().orchestrator(), Kind::trusted_ca, wire);
  EXPECT_FALSE(client::read_trusted_ca("muster/v1/main/trust/ca/" + std::string(64, '0'), sealed,
                                       lab_.link().operators(), lab_.link().clock().unix_ms()));
}

}  // namespace
}  // namespace muster::attack
