// Revocation lists on a real broker: who may hear and write them, and that they are known before anything is taken.
#include "node-agent/daemon/join_session.hpp"
#include "node-agent/daemon/member_session.hpp"
#include "proto/transport/mqtt/mqtt_bus.hpp"
#include "proto/transport/topics.hpp"
#include "tests/integration/transport/client.hpp"
#include "tests/support/mosquitto/mosquitto.hpp"
#include "tests/support/pki/test_revocations.hpp"
#include "tests/unit/dispatch/gate_surroundings.hpp"
#include "tests/unit/dispatch/test_agent.hpp"

namespace muster::test {
namespace {

class RevocationOnTheBrokerTest : public testing::Test {
 protected:
  // A node, or a joining machine, that starts without any memory.
  struct Listener {
    Listener(const TestPki& pki, const base::Clock& clock, const std::filesystem::path& folder)
        : store(clock), watch(store, folder, clock) {
      pki.trust(store);
      EXPECT_TRUE(watch.load());
    }
    bool believes(const Holder& who) const {
      return store.verify({who.certificate.der()}).has_value();
    }
    security::TrustStore store;
    agent::RevocationWatch watch;
  };

  void retain(const x509::RevocationList& list) {
    Client orchestrator(mosquitto_.as_orchestrator());
    ASSERT_TRUE(orchestrator) << orchestrator.error().message;
    ASSERT_TRUE(orchestrator->publish(topic_, list.der(), {.retain = true}));
    ASSERT_TRUE(orchestrator->flush(fakes::kPatience));
  }
  std::unique_ptr<agent::MemberSession> session(agent::RevocationWatch& watch) {
    auto link = transport::mqtt::connect(mosquitto_.as_node("n1"), {});
    EXPECT_TRUE(link) << link.error().message;
    auto opened =
        agent::MemberSession::over(std::move(*link), {"main"}, "n1", pki_.node("n1").signer(),
                                   dispatcher_, watch, {"echo"}, around_.clock);
    EXPECT_TRUE(opened) << opened.error().message;
    return std::move(*opened);
  }

  agent::GateSurroundings around_;
  const TestPki& pki_ = around_.pki;
  Mosquitto mosquitto_{pki_};
  const std::string topic_ =
      transport::topics::revocations("main", pki_.root().certificate().fingerprint());
  agent::AgentTable table_{agents_of(std::make_unique<agent::TestAgent>("echo"))};
  agent::Dispatcher dispatcher_{around_.context(table_), around_.statistics, 1, 10};
};

TEST_F(RevocationOnTheBrokerTest, ANodeKnowsTheListBeforeItTakesRequests) {
  retain(revoke(pki_.root(), 1, {pki_.operator_().certificate}));
  for (int start = 0; start < 10; ++start) {
    Listener node(pki_, around_.real_clock, around_.folder / std::to_string(start));
    const auto open = session(node.watch);
    EXPECT_FALSE(node.believes(pki_.operator_())) << "at start " << start;
    EXPECT_TRUE(node.believes(pki_.orchestrator()));
  }
}

TEST_F(RevocationOnTheBrokerTest, AJoiningMachineKnowsItBeforeItAnnouncesItself) {
  retain(revoke(pki_.root(), 1, {pki_.operator_().certificate}));
  Listener machine(pki_, around_.real_clock, around_.folder / "joining");
  auto link = transport::mqtt::connect(mosquitto_.as_joining("c1"), {});
  ASSERT_TRUE(link) << link.error().message;
  agent::Signals signals{agent::kSignalsMax};
  const auto open = agent::JoinSession::over(
      std::move(*link), "main", {"c1", x509::Key::generate_p256().value()}, signals, machine.watch);
  ASSERT_TRUE(open) << open.error().message;
  EXPECT_FALSE(machine.believes(pki_.operator_()));
}

TEST_F(RevocationOnTheBrokerTest, ARunningNodeKnowsItWithinTwoSeconds) {
  Listener node(pki_, around_.real_clock, around_.folder / "n1");
  const auto open = session(node.watch);
  ASSERT_TRUE(node.believes(pki_.operator_()));
  retain(revoke(pki_.root(), 1, {pki_.operator_().certificate}));
  EXPECT_TRUE(
      fakes::wait_until([&] { return !node.believes(pki_.operator_()); }, std::chrono::seconds(2)));
}

TEST_F(RevocationOnTheBrokerTest, OnlyOrchestratorsWriteIt) {
  Listener node(pki_, around_.real_clock, around_.folder / "n1");
  const auto open = session(node.watch);
  const auto list = revoke(pki_.root(), 1, {pki_.operator_().certificate}).der();
  for (const auto& options : {mosquitto_.as_node("n2"), mosquitto_.as_operator("bob"),
                              mosquitto_.as_watcher("w"), mosquitto_.as_joining("c2")}) {
    Client client(options);
    ASSERT_TRUE(client) << client.error().message;
    (void)client->publish(topic_, list, {.retain = true});
    (void)client->flush(std::chrono::milliseconds(1'000));
  }
  Client watcher(mosquitto_.as_operator("watching"));
  ASSERT_TRUE(watcher.listen(topic_));
  retain(revoke(pki_.root(), 2, {}));
  ASSERT_TRUE(fakes::wait_until([&] { return !node.store.lists().empty(); }));
  EXPECT_EQ(node.store.lists().front().list.number(), 2U);
  EXPECT_TRUE(node.believes(pki_.operator_()));
}

}  // namespace
}  // namespace muster::test
