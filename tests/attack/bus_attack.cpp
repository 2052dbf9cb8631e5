// A real Mosquitto with the configuration that `muster broker config` writes: who hears and says what, who gets in.
// Mosquitto accepts every subscription and filters at delivery, so that a forbidden message is shown to be missing by a
// later, allowed one that arrived.
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "proto/base/child.hpp"
#include "proto/base/unique_fd.hpp"
#include "tests/attack/row.hpp"
#include "tests/integration/transport/client.hpp"
#include "tests/support/mosquitto/mosquitto.hpp"

namespace muster::attack {
namespace {

using test::Client;
using std::chrono_literals::operator""s;

const std::string kEverything = "muster/v1/#";
const std::string kPresence1 = "muster/v1/main/presence/n1";

class Broker : public testing::Test {
 protected:
  // Afterwards the honest still reach each other.
  void TearDown() override {
    Client alice(mosquitto_.as_operator("alice-again"));
    Client node(mosquitto_.as_node("n9"));
    ASSERT_TRUE(alice && node) << alice.error().message << node.error().message;
    ASSERT_TRUE(alice.listen("muster/v1/main/presence/n9"));
    ASSERT_TRUE(node->publish("muster/v1/main/presence/n9", "here", {}));
    EXPECT_TRUE(alice.hears("muster/v1/main/presence/n9", "here"));
  }

  // Whether what `from` says on `topic` reaches `to`, which listens to all; `echoer` may speak to it on `echo`.
  static bool reaches(Client& from, const std::string& topic, Client& to, const std::string& echo,
                      Client& echoer) {
    EXPECT_TRUE(to.listen(kEverything));
    if (!from->publish(topic, "attack", {}) || !from->flush(fakes::kPatience)) return false;
    EXPECT_TRUE(echoer->publish(echo, "echo of " + topic, {}));
    EXPECT_TRUE(to.hears(echo, "echo of " + topic));
    return to.has_heard(topic, "attack");
  }
  // Options with the files of `holder`, written as `name`.
  transport::mqtt::Options with(transport::mqtt::Options options, const test::Holder& holder,
                                const std::string& name) {
    holder.write(pki_.folder(), name);
    options.certificate_file = pki_.folder() / (name + ".pem");
    options.key_file = pki_.folder() / (name + ".key");
    options.client_id = name;
    return options;
  }
  void expect_refused(const transport::mqtt::Options& options) {
    const Client client(options);
    ASSERT_FALSE(client);
    EXPECT_EQ(client.error().code, Errc::refused) << client.error().message;
  }
  // What openssl's client says of a listener.
  base::ChildResult s_client(const std::string& listener, std::vector<std::string> more) {
    base::ChildSpec spec;
    spec.argv = {"openssl", "s_client", "-connect", listener};
    spec.argv.insert(spec.argv.end(), more.begin(), more.end());
    return base::run_child(spec).value();
  }

  test::TestPki pki_;
  test::Mosquitto mosquitto_{pki_};
  Client alice_{mosquitto_.as_operator("alice")};
  Client n1_{mosquitto_.as_node("n1")};
  Client orchestrator_{mosquitto_.as_orchestrator()};
};

TEST_F(Broker, ANodeShowsNoOtherNodesPresence) {
  row("stolen node", "publishes presence for another node", "the message reaches nobody");
  EXPECT_FALSE(reaches(n1_, "muster/v1/main/presence/n2", alice_, kPresence1, n1_));
}

TEST_F(Broker, ANodeAnswersForNoOtherNode) {
  row("stolen node", "publishes a reply below another node's name", "the message reaches nobody");
  EXPECT_FALSE(reaches(n1_, "muster/v1/main/rep/alice/s1/n2", alice_, kPresence1, n1_));
}

TEST_F(Broker, ANodeTellsNoOutcome) {
  row("stolen node", "tells that it was provisioned, or that an orchestrator has left",
      "the message reaches nobody");
  for (const auto* type : {"provisioned", "orchestrator-left"})
    EXPECT_FALSE(
        reaches(n1_, std::string("muster/v1/main/event/") + type + "/n1", alice_, kPresence1, n1_));
}

TEST_F(Broker, ANodeSendsNoRequests) {
  row("stolen node", "publishes a request to all", "the message reaches nobody");
  Client n2(mosquitto_.as_node("n2"));
  EXPECT_FALSE(reaches(n1_, "muster/v1/main/req/agent/puppet/alice", n2,
                       "muster/v1/main/req/node/n2/alice", alice_));
}

TEST_F(Broker, ANodeHearsNoOthersReplies) {
  row("stolen node", "subscribes to everything, to read others' replies", "hears nothing of them");
  Client n2(mosquitto_.as_node("n2"));
  EXPECT_FALSE(reaches(n1_, "muster/v1/main/rep/alice/s1/n1", n2,
                       "muster/v1/main/req/node/n2/alice", alice_));
}

TEST_F(Broker, ANodeHearsNoOthersRequests) {
  row("stolen node", "subscribes to everything, to read requests to one node",
      "hears nothing of them");
  EXPECT_FALSE(reaches(alice_, "muster/v1/main/req/node/n2/alice", n1_,
                       "muster/v1/main/req/node/n1/alice", alice_));
}

TEST_F(Broker, ANodeWritesNoTrust) {
  row("stolen node", "publishes a trusted CA", "the message reaches nobody");
  Client n2(mosquitto_.as_node("n2"));
  EXPECT_FALSE(
      reaches(n1_, "muster/v1/main/trust/ca/00", n2, "muster/v1/main/req/node/n2/alice", alice_));
}

TEST_F(Broker, ANodeLeavesItsCollective) {
  row("stolen node", "publishes presence in another collective", "the message reaches nobody");
  EXPECT_FALSE(reaches(n1_, "muster/v1/other/presence/n1", alice_, kPresence1, n1_));
}

TEST_F(Broker, AnOperatorReadsNoOthersReplies) {
  row("operator", "subscribes to everything, to read another operator's replies",
      "hears nothing of them");
  Client bob(with(mosquitto_.as_operator(), pki_.root().issue_member("bob", "operator"), "bob"));
  EXPECT_FALSE(reaches(n1_, "muster/v1/main/rep/alice/s1/n1", bob, kPresence1, n1_));
}

TEST_F(Broker, AnOperatorShowsNoPresence) {
  row("operator", "publishes presence for a node", "the message reaches nobody");
  Client bob(with(mosquitto_.as_operator(), pki_.root().issue_member("bob", "operator"), "bob"));
  EXPECT_FALSE(reaches(bob, "muster/v1/main/presence/n7", alice_, kPresence1, n1_));
}

TEST_F(Broker, AnOperatorReadsNoOthersRequests) {
  row("operator", "subscribes to everything, to read another operator's requests",
      "hears nothing of them");
  Client bob(with(mosquitto_.as_operator(), pki_.root().issue_member("bob", "operator"), "bob"));
  EXPECT_FALSE(reaches(alice_, "muster/v1/main/req/node/n1/alice", bob, kPresence1, n1_));
}

TEST_F(Broker, AnOperatorSendsNothingInAnothersName) {
  row("operator", "sends on the request topic of another operator, to crowd that one's line",
      "the message reaches nobody");
  Client bob(with(mosquitto_.as_operator(), pki_.root().issue_member("bob", "operator"), "bob"));
  for (const auto* topic :
       {"muster/v1/main/req/node/n1/alice", "muster/v1/main/req/agent/echo/alice"})
    EXPECT_FALSE(reaches(bob, topic, n1_, "muster/v1/main/req/node/n1/alice", alice_)) << topic;
}

TEST_F(Broker, AnOperatorReadsNoAnnouncements) {
  row("operator", "subscribes to the join zone, to read announcements with their tokens",
      "hears nothing of them");
  Client j1(mosquitto_.as_joining("j1"));
  EXPECT_FALSE(reaches(j1, "muster/v1/join/j1/announce", alice_, kPresence1, n1_));
}

TEST_F(Broker, AnOperatorIsNoOrchestrator) {
  row("operator", "the operator's certificate at the orchestrators' listener",
      "refused by the broker");
  auto options = mosquitto_.as_orchestrator();
  expect_refused(with(options, pki_.operator_(), "as-orchestrator"));
}

TEST_F(Broker, AnOperatorRootMakesNoOrchestrators) {
  row("issuer",
      "an orchestrator's name and role under the operator root, at the orchestrators' listener",
      "refused by the broker");
  auto options = mosquitto_.as_orchestrator();
  expect_refused(with(options, pki_.root().issue_member("orchestrator1", "orchestrator"), "false"));
}

TEST_F(Broker, AWatcherReadsTrustAlone) {
  row("broker", "the watcher's certificate, to read presence and replies", "hears nothing of them");
  Client watcher(mosquitto_.as_watcher());
  EXPECT_FALSE(reaches(n1_, kPresence1, watcher, "muster/v1/main/trust/ca/00", orchestrator_));
}

TEST_F(Broker, AJoiningMachineHearsNoOther) {
  row("holder of a join token", "subscribes to everything in the join zone",
      "hears nothing of them");
  Client j1(mosquitto_.as_joining("j1"));
  EXPECT_FALSE(reaches(orchestrator_, "muster/v1/join/j2/down", j1, "muster/v1/join/j1/down",
                       orchestrator_));
}

TEST_F(Broker, AJoiningMachineAnnouncesNoOther) {
  row("holder of a join token", "publishes on another's announcement",
      "the message reaches nobody");
  Client j1(mosquitto_.as_joining("j1"));
  EXPECT_FALSE(reaches(j1, "muster/v1/join/j2/announce", orchestrator_, kPresence1, n1_));
}

TEST_F(Broker, AJoiningMachineIsNoMember) {
  row("holder of a join token", "publishes presence from the join zone",
      "the message reaches nobody");
  Client j1(mosquitto_.as_joining("j1"));
  EXPECT_FALSE(reaches(j1, "muster/v1/main/presence/j1", alice_, kPresence1, n1_));
}

TEST_F(Broker, AClientIdWithAWildcardHearsNothing) {
  row("holder of a join token", "the client ids '+' and '#'", "hears nothing of others");
  for (const std::string id : {"+", "#"}) {
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

TEST_F(Broker, AGuessedJoinPasswordIsRefused) {
  row("stranger on the network", "the join zone with a guessed password", "refused by the broker");
  auto options = mosquitto_.as_joining("x");
  options.password = "guessed";
  expect_refused(options);
}

TEST_F(Broker, WithoutACertificateNobodyIsAMember) {
  row("holder of a join token", "the nodes' and the operators' listener with the join password",
      "refused by the broker");
  auto options = mosquitto_.as_joining("x");
  for (const auto& listener : {mosquitto_.nodes(), mosquitto_.operators()}) {
    options.brokers = {listener};
    expect_refused(options);
  }
}

TEST_F(Broker, APuppetCaMakesNoOperators) {
  row("Puppet CA admin",
      "an operator's name and role under a Puppet CA, at the operators' listener",
      "refused by the broker");
  expect_refused(with(mosquitto_.as_operator(), pki_.puppet_ca().issue_member("alice", "operator"),
                      "impostor"));
}

TEST_F(Broker, TheOperatorRootMakesNoNodes) {
  row("operator", "the operator's certificate at the nodes' listener", "refused by the broker");
  expect_refused(with(mosquitto_.as_node("n1"), pki_.operator_(), "as-node"));
}

TEST_F(Broker, AnUnknownCaMakesNoNodes) {
  row("stranger on the network", "a node's certificate of a CA of one's own",
      "refused by the broker");
  expect_refused(
      with(mosquitto_.as_node("n1"), test::TestCa("Puppet CA: other").issue_node("n1"), "own"));
}

TEST_F(Broker, OldTlsIsNotSpoken) {
  row("stranger on the network", "a downgrade to TLS 1.1 and 1.0", "no handshake");
  for (const auto* version : {"-tls1", "-tls1_1"})
    for (const auto& listener : {mosquitto_.nodes(), mosquitto_.operators(), mosquitto_.join()}) {
      const auto said = s_client(listener, {version, "-cipher", "ALL:@SECLEVEL=0"});
      EXPECT_EQ(said.out.find("Server certificate\n-----BEGIN"), std::string::npos) << version;
    }
  EXPECT_NE(s_client(mosquitto_.join(), {"-tls1_2"}).out.find("-----BEGIN"), std::string::npos);
}

TEST_F(Broker, ASlowClientStopsNobody) {
  row("stranger on the network", "200 connections that say nothing, to each listener",
      "the honest connect meanwhile");
  std::vector<base::UniqueFd> idle;
  const auto& config = mosquitto_.config();
  for (const auto port : {config.nodes_port, config.operators_port, config.join_port})
    for (int i = 0; i < 200; ++i) {
      sockaddr_in address{};
      address.sin_family = AF_INET;
      address.sin_port = htons(port);
      address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
      auto& fd = idle.emplace_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
      ASSERT_EQ(::connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    }
  TearDown();
}

TEST_F(Broker, ALargeMessageIsNotCarried) {
  row("stolen node", "a reply of 2 MiB", "the broker hangs up; the others go on");
  Client n2(mosquitto_.as_node("n2"));
  ASSERT_TRUE(alice_.listen(kEverything));
  static_cast<void>(
      n2->publish("muster/v1/main/presence/n2", std::string(2 * 1024 * 1024, 'x'), {}));
  static_cast<void>(n2->flush(fakes::kPatience));
  ASSERT_TRUE(n1_->publish(kPresence1, "after", {}));
  ASSERT_TRUE(alice_.hears(kPresence1, "after"));
  for (const auto& heard : alice_.heard()) EXPECT_NE(heard.topic, "muster/v1/main/presence/n2");
}

// The broker itself is the attacker's.
class FalseBroker : public testing::Test {
 protected:
  // A Mosquitto whose server certificate is `holder`'s, and what an operator makes of it.
  Error refusal(const test::Holder& holder) {
    holder.write(pki_.folder(), "broker");
    const test::Mosquitto mosquitto(pki_);
    auto options = mosquitto.as_operator("alice");
    const Client client(options);
    EXPECT_FALSE(client) << "an operator trusts a false broker";
    return client.error();
  }
  static x509::IssueSpec spec(const std::string& host, bool server) {
    x509::IssueSpec spec;
    spec.common_name = "broker1";
    spec.dns_names = {host};
    spec.server = server;
    return spec;
  }

  test::TestPki pki_;
};

TEST_F(FalseBroker, AnotherCasServerIsNotTrusted) {
  row("stranger on the network", "a broker with a certificate of one's own CA",
      "refused: told why");
  EXPECT_EQ(refusal(test::TestCa("Muster operator root").issue(spec("localhost", true))).code,
            Errc::refused);
}

TEST_F(FalseBroker, AnotherNamesServerIsNotTrusted) {
  row("stranger on the network", "a broker with the certificate of another host",
      "refused: told why");
  EXPECT_EQ(refusal(pki_.root().issue(spec("elsewhere.example", true))).code, Errc::refused);
}

TEST_F(FalseBroker, ItsCertificateEnds) {
  row("broker", "goes on with the certificate that it had, after its end", "refused: told why");
  auto ended = spec("localhost", true);
  ended.valid_for = -std::chrono::hours(1);
  EXPECT_EQ(refusal(pki_.root().issue(ended)).code, Errc::refused);
}

TEST_F(FalseBroker, AnOperatorIsNoServer) {
  row("operator", "a broker that shows an operator's certificate (extended key usage)",
      "refused: told why");
  EXPECT_EQ(refusal(pki_.root().issue(spec("localhost", false))).code, Errc::refused);
}

}  // namespace
}  // namespace muster::attack
