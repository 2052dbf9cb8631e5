// What each listener's access list lets through and what it keeps out. Mosquitto accepts every
// subscription and filters at delivery, so a forbidden message is shown to be missing by a later
// allowed one that arrived.
#include "orchestrator/broker/capath.hpp"
#include "tests/integration/transport/client.hpp"
#include "tests/support/mosquitto/mosquitto.hpp"

namespace muster::test {
namespace {

const std::string kAll = "muster/v1/#";

class AccessTest : public testing::Test {
 protected:
  // Whether a message of `from` on `topic` reaches `to`, who listens to everything it may read.
  static bool reaches(Client& from, const std::string& topic, Client& to,
                      const std::string& fence_topic, Client& fencer) {
    if (!from->publish(topic, "probe", {}) || !from->flush(fakes::kPatience)) return false;
    static int count = 0;
    const auto fence = "fence " + std::to_string(++count);
    EXPECT_TRUE(fencer->publish(fence_topic, fence, {}));
    EXPECT_TRUE(to.hears(fence_topic, fence));
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
  Client n1_{mosquitto_.as_node("n1")};
  Client n2_{mosquitto_.as_node("n2")};
};

TEST_F(AccessTest, ANodePublishesForItselfAlone) {
  ASSERT_TRUE(alice_.listen(kAll));
  const auto heard_by_alice = [&](const std::string& topic) {
    return reaches(n1_, topic, alice_, "muster/v1/main/presence/n1", n1_);
  };
  EXPECT_TRUE(heard_by_alice("muster/v1/main/presence/n1"));
  EXPECT_TRUE(heard_by_alice("muster/v1/main/rep/alice/s1/n1"));
  EXPECT_TRUE(heard_by_alice("muster/v1/main/event/joined/n1"));
  EXPECT_FALSE(heard_by_alice("muster/v1/main/presence/n2"));
  EXPECT_FALSE(heard_by_alice("muster/v1/main/rep/alice/s1/n2"));
  EXPECT_FALSE(heard_by_alice("muster/v1/main/event/joined/n2"));
  EXPECT_FALSE(heard_by_alice("muster/v1/main/req/node/n2"));
  EXPECT_FALSE(heard_by_alice("muster/v1/main/req/agent/puppet"));
  EXPECT_FALSE(heard_by_alice("muster/v1/main/trust/ca/00"));
  EXPECT_FALSE(heard_by_alice("muster/v1/main/provision/n1"));
  EXPECT_FALSE(heard_by_alice("muster/v1/other/presence/n1"));
}

TEST_F(AccessTest, ANodeReadsRequestsToItselfAndToAgents) {
  ASSERT_TRUE(n1_.listen(kAll));
  const auto heard_by_n1 = [&](Client& from, const std::string& topic) {
    return reaches(from, topic, n1_, "muster/v1/main/req/node/n1", alice_);
  };
  EXPECT_TRUE(heard_by_n1(alice_, "muster/v1/main/req/node/n1"));
  EXPECT_TRUE(heard_by_n1(alice_, "muster/v1/main/req/agent/rpcutil"));
  EXPECT_TRUE(heard_by_n1(alice_, "muster/v1/main/trust/ca/00"));
  EXPECT_FALSE(heard_by_n1(alice_, "muster/v1/main/req/node/n2"));
  EXPECT_FALSE(heard_by_n1(alice_, "muster/v1/main/provision/n1"));
  EXPECT_FALSE(heard_by_n1(n2_, "muster/v1/main/presence/n2"));
  EXPECT_FALSE(heard_by_n1(n2_, "muster/v1/main/rep/alice/s1/n2"));
}

TEST_F(AccessTest, AnOperatorReadsOnlyTheRepliesToItself) {
  Client bob(as_bob());
  ASSERT_TRUE(bob) << bob.error().message;
  ASSERT_TRUE(bob.listen(kAll));
  EXPECT_TRUE(reaches(n1_, "muster/v1/main/rep/bob/s1/n1", bob, "muster/v1/main/presence/n1", n1_));
  EXPECT_FALSE(
      reaches(n1_, "muster/v1/main/rep/alice/s1/n1", bob, "muster/v1/main/presence/n1", n1_));
  EXPECT_TRUE(
      reaches(alice_, "muster/v1/main/provision/n1", bob, "muster/v1/main/presence/n1", n1_));
}

TEST_F(AccessTest, AnOperatorDoesNotSpeakForNodes) {
  Client bob(as_bob());
  ASSERT_TRUE(bob.listen(kAll));
  EXPECT_FALSE(
      reaches(alice_, "muster/v1/main/presence/n1", bob, "muster/v1/main/presence/n2", n2_));
  EXPECT_FALSE(
      reaches(alice_, "muster/v1/main/rep/bob/s1/n1", bob, "muster/v1/main/presence/n2", n2_));
  EXPECT_FALSE(reaches(alice_, "muster/v1/join/j1/up", bob, "muster/v1/main/presence/n2", n2_));
}

TEST_F(AccessTest, AJoiningNodeReachesOnlyItsOwnTopics) {
  Client j1(mosquitto_.as_joining("j1"));
  Client j2(mosquitto_.as_joining("j2"));
  ASSERT_TRUE(j1 && j2) << j1.error().message << j2.error().message;
  ASSERT_TRUE(alice_.listen(kAll));
  const auto heard_by_alice = [&](const std::string& topic) {
    return reaches(j1, topic, alice_, "muster/v1/join/j1/up", j1);
  };
  EXPECT_TRUE(heard_by_alice("muster/v1/join/j1/announce"));
  EXPECT_TRUE(heard_by_alice("muster/v1/join/j1/up"));
  EXPECT_FALSE(heard_by_alice("muster/v1/join/j2/announce"));
  EXPECT_FALSE(heard_by_alice("muster/v1/join/j2/up"));
  EXPECT_FALSE(heard_by_alice("muster/v1/main/presence/n1"));
  EXPECT_FALSE(heard_by_alice("muster/v1/main/req/agent/puppet"));

  ASSERT_TRUE(j1.listen(kAll));
  const auto heard_by_j1 = [&](Client& from, const std::string& topic) {
    return reaches(from, topic, j1, "muster/v1/join/j1/down", alice_);
  };
  EXPECT_TRUE(heard_by_j1(alice_, "muster/v1/join/j1/down"));
  EXPECT_FALSE(heard_by_j1(alice_, "muster/v1/join/j2/down"));
  EXPECT_FALSE(heard_by_j1(j2, "muster/v1/join/j2/up"));
  EXPECT_FALSE(heard_by_j1(alice_, "muster/v1/main/req/agent/puppet"));
}

TEST_F(AccessTest, AClientIdWithAWildcardReachesNothing) {
  for (const std::string id : {"+", "#", "a/b"}) {
    Client sly(mosquitto_.as_joining(id));
    if (!sly) continue;  // not let in at all: as good
    ASSERT_TRUE(sly.listen("muster/v1/join/#"));
    Client honest(mosquitto_.as_joining("j1"));
    ASSERT_TRUE(honest.listen("muster/v1/join/j1/down"));
    ASSERT_TRUE(alice_->publish("muster/v1/join/j1/down", id, {}));
    ASSERT_TRUE(honest.hears("muster/v1/join/j1/down", id));
    EXPECT_FALSE(sly.has_heard("muster/v1/join/j1/down", id));
  }
}

TEST(CapathLiveTest, NodesOfANewCaGetInAsSoonAsItsFileIsThere) {
  const TestPki pki;
  const Mosquitto mosquitto(pki, false);
  const Client before(mosquitto.as_node("n1"));
  ASSERT_FALSE(before);
  ASSERT_EQ(before.error().code, Errc::refused) << before.error().message;
  ASSERT_TRUE(broker::Capath(mosquitto.capath()).add(pki.puppet_ca().certificate()));
  const Client after(mosquitto.as_node("n1"));
  EXPECT_TRUE(after) << after.error().message;
}

}  // namespace
}  // namespace muster::test
