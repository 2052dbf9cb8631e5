// Revocation lists on a real broker: who may hear and write them, and that they are known before anything is taken.
#include "proto/transport/topics.hpp"
#include "tests/integration/transport/client.hpp"
#include "tests/integration/transport/node_on_broker.hpp"
#include "tests/support/pki/test_revocations.hpp"

namespace muster::test {
namespace {

class RevocationOnTheBrokerTest : public NodeOnBroker {
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

  const std::string topic_ =
      transport::topics::revocations("main", pki_.root().certificate().fingerprint());
};

TEST_F(RevocationOnTheBrokerTest, ANodeKnowsTheListBeforeItTakesRequests) {
  retain(revoke(pki_.root(), 1, {pki_.operator_().certificate}));
  for (int start = 0; start < 10; ++start) {
    Listener node(pki_, around_.real_clock, around_.folder / std::to_string(start));
    const auto open = member(node.watch);
    EXPECT_FALSE(node.believes(pki_.operator_())) << "at start " << start;
    EXPECT_TRUE(node.believes(pki_.orchestrator()));
  }
}

TEST_F(RevocationOnTheBrokerTest, AJoiningMachineKnowsItBeforeItAnnouncesItself) {
  retain(revoke(pki_.root(), 1, {pki_.operator_().certificate}));
  Listener machine(pki_, around_.real_clock, around_.folder / "joining");
  const auto open = joining(machine.watch);
  EXPECT_FALSE(machine.believes(pki_.operator_()));
}

TEST_F(RevocationOnTheBrokerTest, ARunningNodeKnowsItWithinTwoSeconds) {
  Listener node(pki_, around_.real_clock, around_.folder / "n1");
  const auto open = member(node.watch);
  ASSERT_TRUE(node.believes(pki_.operator_()));
  retain(revoke(pki_.root(), 1, {pki_.operator_().certificate}));
  EXPECT_TRUE(
      fakes::wait_until([&] { return !node.believes(pki_.operator_()); }, std::chrono::seconds(2)));
}

TEST_F(RevocationOnTheBrokerTest, OnlyOrchestratorsWriteIt) {
  Listener node(pki_, around_.real_clock, around_.folder / "n1");
  const auto open = member(node.watch);
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
