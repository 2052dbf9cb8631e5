// What each listener's access list lets through and what it keeps out. Mosquitto accepts every
// subscription and filters at delivery, so a forbidden message is shown to be missing by a later
// allowed one that arrived.
#include "tests/integration/transport/client.hpp"
#include "tests/support/mosquitto/mosquitto.hpp"

namespace muster::test {
namespace {

const std::string kAll = "muster/v1/#";

class AccessTest : public testing::Test {
 protected:
  // Whether a message of `from` on `topic` reaches `to`, who listens to everything it may read.
  static bool reaches(Client& from, const std::string& topic, Client& to,
                      const std::string& echo_topic, Client& echoer) {
    if (!from->publish(topic, "probe", {}) || !from->flush(fakes::kPatience)) return false;
    static int count = 0;
    const auto echo = "echo " + std::to_string(++count);
    EXPECT_TRUE(echoer->publish(echo_topic, echo, {}));
    EXPECT_TRUE(to.hears(echo_topic, echo));
    return to.has_heard(topic, "probe");
  }

  transport::mqtt::Options as_bob() {
    pki_.root().issue_member("bob", "operator").write(pki_.folder(), "bob");
    auto options = mosquitto_.as_operator("bob");
    options.certificate_file = pki_.folder() / "bob.pem";
    options.key_file = pki_.folder() / "bob.key";
    return options;
  }

  TestPki pki_;
  Mosquitto mosquitto_{pki_};
  Client alice_{mosquitto_.as_operator("alice")};
  Client orchestrator_{mosquitto_.as_orchestrator()};
  Client n1_{mosquitto_.as_node("n1")};
  Client n2_{mosquitto_.as_node("n2")};
};

TEST_F(AccessTest, ANodePublishesForItselfAlone) {
  ASSERT_TRUE(alice_.listen(kAll));
  ASSERT_TRUE(orchestrator_.listen(kAll));
  const auto heard = [&](const std::string& topic) {
    const bool by_alice = reaches(n1_, topic, alice_, "muster/v1/main/presence/n1", n1_);
    return by_alice || reaches(n1_, topic, orchestrator_, "muster/v1/main/presence/n1", n1_);
  };
  EXPECT_TRUE(heard("muster/v1/main/presence/n1"));
  EXPECT_TRUE(heard("muster/v1/main/rep/alice/s1/n1"));
  EXPECT_TRUE(heard("muster/v1/main/event/joined/n1"));
  EXPECT_TRUE(heard("muster/v1/main/registration/n1"));
  EXPECT_FALSE(heard("muster/v1/main/presence/n2"));
  EXPECT_FALSE(heard("muster/v1/main/rep/alice/s1/n2"));
  EXPECT_FALSE(heard("muster/v1/main/event/joined/n2"));
  EXPECT_TRUE(heard("muster/v1/main/event/taken-over/n1"));
  EXPECT_FALSE(heard("muster/v1/main/event/provisioned/n1"));
  EXPECT_FALSE(heard("muster/v1/main/event/orchestrator-left/n1"));
  EXPECT_FALSE(heard("muster/v1/main/registration/n2"));
  EXPECT_FALSE(heard("muster/v1/main/trust/ca/00"));
  EXPECT_FALSE(heard("muster/v1/main/provision/n1"));
  EXPECT_FALSE(heard("muster/v1/main/req/registry/alice"));
  EXPECT_FALSE(heard("muster/v1/main/req/orchestrators/alice"));
  EXPECT_FALSE(heard("muster/v1/other/presence/n1"));
  // Its like are the ones who would hear these.
  ASSERT_TRUE(n2_.listen(kAll));
  for (const auto* topic :
       {"muster/v1/main/req/node/n2/alice", "muster/v1/main/req/agent/puppet/alice"})
    EXPECT_FALSE(reaches(n1_, topic, n2_, "muster/v1/main/req/node/n2/alice", alice_)) << topic;
}

TEST_F(AccessTest, ANodeReadsRequestsToItselfAndToAgents) {
  ASSERT_TRUE(n1_.listen(kAll));
  const auto heard_by_n1 = [&](Client& from, const std::string& topic) {
    return reaches(from, topic, n1_, "muster/v1/main/req/node/n1/alice", alice_);
  };
  EXPECT_TRUE(heard_by_n1(alice_, "muster/v1/main/req/node/n1/alice"));
  EXPECT_TRUE(heard_by_n1(alice_, "muster/v1/main/req/agent/rpcutil/alice"));
  EXPECT_FALSE(heard_by_n1(orchestrator_, "muster/v1/main/trust/ca/00"));
  EXPECT_FALSE(heard_by_n1(orchestrator_, "muster/v1/main/trust/use/t/n2"));
  EXPECT_FALSE(heard_by_n1(alice_, "muster/v1/main/req/node/n1/bob"));
  EXPECT_FALSE(heard_by_n1(alice_, "muster/v1/main/req/agent/rpcutil/bob"));
  EXPECT_TRUE(heard_by_n1(orchestrator_, "muster/v1/main/req/node/n1/orchestrator1"));
  EXPECT_FALSE(heard_by_n1(orchestrator_, "muster/v1/main/req/agent/puppet/alice"));
  EXPECT_FALSE(heard_by_n1(alice_, "muster/v1/main/req/node/n2/alice"));
  EXPECT_FALSE(heard_by_n1(alice_, "muster/v1/main/req/orchestrators/alice"));
  EXPECT_FALSE(heard_by_n1(alice_, "muster/v1/main/req/registry/alice"));
  EXPECT_FALSE(heard_by_n1(orchestrator_, "muster/v1/main/provision/n1"));
  EXPECT_FALSE(heard_by_n1(n2_, "muster/v1/main/presence/n2"));
  EXPECT_FALSE(heard_by_n1(n2_, "muster/v1/main/registration/n2"));
  EXPECT_FALSE(heard_by_n1(n2_, "muster/v1/main/rep/alice/s1/n2"));
}

TEST_F(AccessTest, AnOperatorReadsItsOwnRepliesAndWhatIsShownToAll) {
  Client bob(as_bob());
  ASSERT_TRUE(bob) << bob.error().message;
  ASSERT_TRUE(bob.listen(kAll));
  const auto heard_by_bob = [&](Client& from, const std::string& topic) {
    return reaches(from, topic, bob, "muster/v1/main/presence/n1", n1_);
  };
  EXPECT_TRUE(heard_by_bob(n1_, "muster/v1/main/rep/bob/s1/n1"));
  EXPECT_TRUE(heard_by_bob(orchestrator_, "muster/v1/main/rep/bob/s1/orchestrator1"));
  EXPECT_TRUE(heard_by_bob(n1_, "muster/v1/main/event/joined/n1"));
  EXPECT_TRUE(heard_by_bob(orchestrator_, "muster/v1/main/provision/n1"));
  EXPECT_TRUE(heard_by_bob(orchestrator_, "muster/v1/main/trust/ca/00"));
  EXPECT_FALSE(heard_by_bob(n1_, "muster/v1/main/rep/alice/s1/n1"));
  EXPECT_FALSE(heard_by_bob(n1_, "muster/v1/main/registration/n1"));
  for (const auto* topic : {"req/node/n1/alice", "req/agent/shell/alice", "req/registry/alice",
                            "req/orchestrators/alice", "req/orchestrator/bob/alice",
                            "req/orchestrator/orchestrator1/alice"})
    EXPECT_FALSE(heard_by_bob(alice_, std::string("muster/v1/main/") + topic)) << topic;
  Client j1(mosquitto_.as_joining("j1"));
  EXPECT_FALSE(heard_by_bob(j1, "muster/v1/join/j1/announce"));
  EXPECT_FALSE(heard_by_bob(j1, "muster/v1/join/j1/up"));
}

// An orchestrator reads all that it would reach, but for requests to nodes and others' replies.
TEST_F(AccessTest, AnOperatorWritesRequestsAndNothingElse) {
  ASSERT_TRUE(orchestrator_.listen(kAll));
  const auto heard = [&](const std::string& topic) {
    return reaches(alice_, topic, orchestrator_, "muster/v1/main/presence/n2", n2_);
  };
  EXPECT_TRUE(heard("muster/v1/main/req/registry/alice"));
  EXPECT_TRUE(heard("muster/v1/main/req/orchestrators/alice"));
  EXPECT_TRUE(heard("muster/v1/main/req/orchestrator/orchestrator1/alice"));
  EXPECT_FALSE(heard("muster/v1/main/req/orchestrator/another/alice"));
  // Under another caller's name, or under none.
  EXPECT_FALSE(heard("muster/v1/main/req/registry/bob"));
  EXPECT_FALSE(heard("muster/v1/main/req/orchestrators/bob"));
  EXPECT_FALSE(heard("muster/v1/main/req/orchestrator/orchestrator1/bob"));
  EXPECT_FALSE(heard("muster/v1/main/req/orchestrators"));
  for (const auto* topic :
       {"main/trust/ca/00", "main/trust/use/t/n1", "main/provision/n1", "main/event/failed/n1",
        "main/event/provision-again/n1", "main/event/orchestrator-left/alice", "main/presence/n1",
        "main/registration/n1", "main/workflow/00", "main/debt/m1/n1",
        "main/rep/orchestrator1/s1/n1", "main/rep/orchestrator1/s1/alice", "join/j1/announce",
        "join/j1/up"})
    EXPECT_FALSE(heard(std::string("muster/v1/") + topic)) << topic;
  Client bob(as_bob());
  ASSERT_TRUE(bob.listen(kAll));
  EXPECT_FALSE(
      reaches(alice_, "muster/v1/main/rep/bob/s1/n1", bob, "muster/v1/main/presence/n2", n2_));
  Client j1(mosquitto_.as_joining("j1"));
  ASSERT_TRUE(j1.listen(kAll));
  EXPECT_FALSE(
      reaches(alice_, "muster/v1/join/j1/down", j1, "muster/v1/join/j1/down", orchestrator_));
}

TEST_F(AccessTest, AnOrchestratorWritesTrustRecordsEventsAndTheJoinZone) {
  ASSERT_TRUE(alice_.listen(kAll));
  for (const auto* topic : {"trust/ca/00", "trust/use/t/n1", "provision/n1", "debt/m1/n1",
                            "event/failed/n1", "rep/alice/s1/orchestrator1"})
    EXPECT_TRUE(reaches(orchestrator_, std::string("muster/v1/main/") + topic, alice_,
                        "muster/v1/main/presence/n1", n1_))
        << topic;
  for (const auto* topic : {"presence/n1", "registration/n1", "rep/alice/s1/n1"})
    EXPECT_FALSE(reaches(orchestrator_, std::string("muster/v1/main/") + topic, alice_,
                         "muster/v1/main/presence/n2", n2_))
        << topic;
}

TEST_F(AccessTest, OrchestratorsKeepWorkflowsForEachOtherAlone) {
  constexpr auto kTopic = "muster/v1/main/workflow/00";
  ASSERT_TRUE(alice_.listen(kAll));
  EXPECT_FALSE(reaches(orchestrator_, kTopic, alice_, "muster/v1/main/presence/n1", n1_));
  ASSERT_TRUE(orchestrator_.listen(kAll));
  EXPECT_TRUE(reaches(orchestrator_, kTopic, orchestrator_, "muster/v1/main/presence/n1", n1_));
  EXPECT_FALSE(
      reaches(n1_, "muster/v1/main/workflow/01", orchestrator_, "muster/v1/main/presence/n1", n1_));
}

TEST_F(AccessTest, AWatcherReadsTrustAndRollCallsAndWritesItsAnswerAlone) {
  Client watcher(mosquitto_.as_watcher());
  ASSERT_TRUE(watcher) << watcher.error().message;
  ASSERT_TRUE(watcher.listen(kAll));
  const auto heard_by_watcher = [&](Client& from, const std::string& topic) {
    return reaches(from, topic, watcher, "muster/v1/main/trust/echo", orchestrator_);
  };
  EXPECT_TRUE(heard_by_watcher(orchestrator_, "muster/v1/main/trust/ca/00"));
  EXPECT_TRUE(heard_by_watcher(orchestrator_, "muster/v1/main/roll/call/orchestrator1"));
  EXPECT_FALSE(heard_by_watcher(orchestrator_, "muster/v1/main/roll/call/another"));
  EXPECT_FALSE(heard_by_watcher(alice_, "muster/v1/main/roll/call/alice"));
  for (const auto* topic : {"req/agent/rpcutil/alice", "req/node/n1/alice", "req/registry/alice",
                            "req/orchestrators/alice", "req/orchestrator/broker-watcher/alice"})
    EXPECT_FALSE(heard_by_watcher(alice_, std::string("muster/v1/main/") + topic)) << topic;
  for (const auto* topic : {"presence/n1", "event/joined/n1", "rep/broker-watcher/s1/n1"})
    EXPECT_FALSE(heard_by_watcher(n1_, std::string("muster/v1/main/") + topic)) << topic;
  EXPECT_FALSE(heard_by_watcher(orchestrator_, "muster/v1/main/provision/n1"));

  ASSERT_TRUE(alice_.listen(kAll));
  const auto heard_by_alice = [&](Client& from, const std::string& topic) {
    return reaches(from, topic, alice_, "muster/v1/main/presence/n1", n1_);
  };
  EXPECT_TRUE(heard_by_alice(watcher, "muster/v1/main/roll/answer/broker-watcher"));
  EXPECT_FALSE(heard_by_alice(watcher, "muster/v1/main/roll/answer/another"));
  EXPECT_FALSE(heard_by_alice(n1_, "muster/v1/main/roll/answer/n1"));
  EXPECT_FALSE(heard_by_alice(orchestrator_, "muster/v1/main/roll/answer/orchestrator1"));

  ASSERT_TRUE(orchestrator_.listen(kAll));
  for (const auto* topic : {"main/trust/ca/01", "main/req/registry/alice", "main/provision/n1",
                            "main/event/joined/n1", "main/rep/orchestrator1/s1/broker-watcher"})
    EXPECT_FALSE(reaches(watcher, std::string("muster/v1/") + topic, orchestrator_,
                         "muster/v1/main/presence/n1", n1_))
        << topic;
}

// Its certificate is of the orchestrators' root, so it gets in there.
TEST_F(AccessTest, AWatcherAtTheOrchestratorsListenerReachesNothing) {
  auto options = mosquitto_.as_watcher("sly");
  options.brokers = {mosquitto_.orchestrators()};
  Client sly(options);
  ASSERT_TRUE(sly) << sly.error().message;
  static_cast<void>(sly.listen(kAll));
  ASSERT_TRUE(orchestrator_.listen(kAll));
  ASSERT_TRUE(n1_->publish("muster/v1/main/presence/n1", "probe", {}));
  ASSERT_TRUE(orchestrator_->publish("muster/v1/main/trust/ca/00", "probe", {}));
  for (const auto* topic : {"main/trust/ca/01", "main/provision/n1", "join/j1/down"})
    EXPECT_FALSE(reaches(sly, std::string("muster/v1/") + topic, orchestrator_,
                         "muster/v1/main/presence/n1", n1_))
        << topic;
  EXPECT_TRUE(sly->flush(fakes::kPatience));  // what was for it is with it by now
  EXPECT_TRUE(sly.heard().empty());
}

TEST_F(AccessTest, EachListenerLetsInItsOwnKindAlone) {
  pki_.root().issue_member("orchestrator1", "orchestrator").write(pki_.folder(), "pretender");
  mosquitto_.as_node("n1");
  const auto gets_in = [&](const std::string& name, const std::string& broker) {
    auto options = mosquitto_.as_operator(name + "-" + broker.substr(broker.find(':') + 1));
    options.brokers = {broker};
    options.certificate_file = pki_.folder() / (name + ".pem");
    options.key_file = pki_.folder() / (name + ".key");
    return static_cast<bool>(Client(options));
  };
  struct Case {
    std::string name;
    std::vector<std::string> listeners;
  };
  const std::vector<Case> cases{
      {"n1", {mosquitto_.nodes(), mosquitto_.masters()}},
      {"operator", {mosquitto_.operators()}},
      // Of the operator root: an operator, to the broker; nobody, to whoever verifies a signature.
      {"pretender", {mosquitto_.operators()}},
      {"orchestrator", {mosquitto_.orchestrators(), mosquitto_.watchers()}},
      {"watcher", {mosquitto_.orchestrators(), mosquitto_.watchers()}},
      {"broker", {}}};  // a server's certificate is none for a client
  for (const auto& [name, listeners] : cases)
    for (const auto& broker :
         {mosquitto_.nodes(), mosquitto_.operators(), mosquitto_.orchestrators(),
          mosquitto_.watchers(), mosquitto_.masters()})
      EXPECT_EQ(gets_in(name, broker),
                std::find(listeners.begin(), listeners.end(), broker) != listeners.end())
          << name << " at " << broker;
}

TEST_F(AccessTest, AJoiningNodeReachesOnlyItsOwnTopics) {
  Client j1(mosquitto_.as_joining("j1"));
  Client j2(mosquitto_.as_joining("j2"));
  ASSERT_TRUE(j1 && j2) << j1.error().message << j2.error().message;
  ASSERT_TRUE(orchestrator_.listen(kAll));
  const auto heard = [&](const std::string& topic) {
    return reaches(j1, topic, orchestrator_, "muster/v1/join/j1/up", j1);
  };
  EXPECT_TRUE(heard("muster/v1/join/j1/announce"));
  EXPECT_TRUE(heard("muster/v1/join/j1/up"));
  EXPECT_FALSE(heard("muster/v1/join/j2/announce"));
  EXPECT_FALSE(heard("muster/v1/join/j2/up"));
  EXPECT_FALSE(heard("muster/v1/main/presence/n1"));
  EXPECT_FALSE(heard("muster/v1/main/req/registry/alice"));

  ASSERT_TRUE(j1.listen(kAll));
  const auto heard_by_j1 = [&](Client& from, const std::string& topic) {
    return reaches(from, topic, j1, "muster/v1/join/j1/down", orchestrator_);
  };
  EXPECT_TRUE(heard_by_j1(orchestrator_, "muster/v1/join/j1/down"));
  EXPECT_FALSE(heard_by_j1(orchestrator_, "muster/v1/join/j2/down"));
  EXPECT_FALSE(heard_by_j1(j2, "muster/v1/join/j2/up"));
  EXPECT_FALSE(heard_by_j1(orchestrator_, "muster/v1/main/req/agent/puppet/alice"));
}

TEST_F(AccessTest, AClientIdWithAWildcardReachesNothing) {
  for (const std::string id : {"+", "#", "a/b"}) {
    Client sly(mosquitto_.as_joining(id));
    if (!sly) continue;  // not let in at all: as good
    ASSERT_TRUE(sly.listen("muster/v1/join/#"));
    Client honest(mosquitto_.as_joining("j1"));
    ASSERT_TRUE(honest.listen("muster/v1/join/j1/down"));
    ASSERT_TRUE(orchestrator_->publish("muster/v1/join/j1/down", id, {}));
    ASSERT_TRUE(honest.hears("muster/v1/join/j1/down", id));
    EXPECT_FALSE(sly.has_heard("muster/v1/join/j1/down", id));
  }
}

TEST_F(AccessTest, AMasterDeliversItsOwnListAndReachesNothingElse) {
  Client master(mosquitto_.as_master(pki_.puppet_ca(), "m1"));
  ASSERT_TRUE(master) << master.error().message;
  Client watcher(mosquitto_.as_watcher());
  ASSERT_TRUE(watcher.listen(kAll));
  ASSERT_TRUE(orchestrator_.listen(kAll));
  const auto heard = [&](const std::string& topic) {
    return reaches(master, "muster/v1/main/" + topic, watcher, "muster/v1/main/trust/echo",
                   orchestrator_) ||
           orchestrator_.has_heard("muster/v1/main/" + topic, "probe");
  };
  EXPECT_TRUE(heard("trust/crl/m1/00"));
  EXPECT_TRUE(heard("trust/crl/m1/15"));
  for (const auto* topic : {"trust/crl/m1/16", "trust/crl/m1/0", "trust/crl/m1/00/x",
                            "trust/crl/m2/00", "trust/ca/00", "presence/m1", "event/joined/m1",
                            "registration/m1", "rep/orchestrator1/s1/m1", "provision/m1"})
    EXPECT_FALSE(heard(topic)) << topic;

  ASSERT_TRUE(master.listen(kAll));
  ASSERT_TRUE(alice_->publish("muster/v1/main/req/node/m1", "probe", {}));
  ASSERT_TRUE(alice_->flush(fakes::kPatience));
  ASSERT_TRUE(orchestrator_->publish("muster/v1/main/trust/ca/02", "probe", {}));
  ASSERT_TRUE(orchestrator_->flush(fakes::kPatience));
  EXPECT_TRUE(master->flush(fakes::kPatience));
  EXPECT_TRUE(master.heard().empty());
}

}  // namespace
}  // namespace muster::test
