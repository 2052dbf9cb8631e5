// A node's presence on a real broker that takes it down, or shows another's.
#include "node-agent/daemon/member_session.hpp"
#include "proto/messages/presence.hpp"
#include "proto/transport/mqtt/mqtt_bus.hpp"
#include "tests/integration/transport/client.hpp"
#include "tests/support/fakes/body_of.hpp"
#include "tests/support/mosquitto/mosquitto.hpp"
#include "tests/unit/dispatch/gate_surroundings.hpp"
#include "tests/unit/dispatch/test_agent.hpp"

namespace muster::test {
namespace {

const std::string kPresence = "muster/v1/main/presence/n1";

class OwnPresenceOnTheBrokerTest : public testing::Test {
 protected:
  std::unique_ptr<agent::MemberSession> session() {
    auto link = transport::mqtt::connect(mosquitto_.as_node("n1"), {});
    EXPECT_TRUE(link) << link.error().message;
    auto opened = agent::MemberSession::over(std::move(*link), {"main"}, "n1", signer_, dispatcher_,
                                             revocations_, {"echo"}, around_.clock);
    EXPECT_TRUE(opened) << opened.error().message;
    return std::move(*opened);
  }
  // A client of the node's certificate whose last will takes the node's presence down.
  transport::mqtt::Options predecessor() {
    auto options = mosquitto_.as_node("n1");
    options.client_id = "predecessor";
    options.will = transport::mqtt::LastWill{kPresence, ""};
    return options;
  }
  static std::string body() {
    messages::Presence wire;
    wire.identity = "n1";
    wire.session = "s1";
    return test::body_of(wire);
  }
  static std::size_t shown(const Client& watcher) {
    const auto heard = watcher.heard();
    return static_cast<std::size_t>(std::count_if(
        heard.begin(), heard.end(), [](const auto& message) { return !message.payload.empty(); }));
  }

  agent::GateSurroundings around_;
  const TestPki& pki_ = around_.pki;
  Mosquitto mosquitto_{pki_};
  const std::string made_ = mosquitto_.as_node("n1").client_id;  // the node's files
  security::Signer signer_ = security::Signer::with_certificate(
                                 x509::Key::private_from_file(pki_.folder() / "n1.key").value(),
                                 {x509::Certificate::from_file(pki_.folder() / "n1.pem").value()})
                                 .value();
  agent::RevocationWatch revocations_{around_.operators, around_.folder / "revocations",
                                      around_.clock};
  agent::AgentTable table_{agents_of(std::make_unique<agent::TestAgent>("echo"))};
  agent::Dispatcher dispatcher_{around_.context(table_), around_.statistics, 1, 10};
};

TEST_F(OwnPresenceOnTheBrokerTest, APredecessorsLateWillDoesNotHideTheNode) {
  Client watcher(mosquitto_.as_operator("alice"));
  ASSERT_TRUE(watcher.listen(kPresence));
  Client old(predecessor());
  ASSERT_TRUE(old) << old.error().message;
  const auto node = session();
  node->show_presence(body());
  ASSERT_TRUE(fakes::wait_until([&] { return shown(watcher) == 1; }));
  Client again(predecessor());  // the broker hangs up on the first, as after a lost link
  ASSERT_TRUE(watcher.hears(kPresence, ""));
  around_.clock.advance(agent::kRestorePause);
  ASSERT_TRUE(fakes::wait_until([&] { return node->restore_presence().has_value(); }));
  EXPECT_TRUE(fakes::wait_until([&] { return shown(watcher) == 2; }));
}

TEST_F(OwnPresenceOnTheBrokerTest, TheHolderOfTheSameKeyIsSeenAndNamed) {
  const auto node = session();
  node->show_presence(body());
  Client twin(predecessor());
  messages::Presence wire;
  wire.identity = "n1";
  wire.session = "s2";
  wire.address = "192.0.2.66";
  ASSERT_TRUE(twin->publish(kPresence,
                            signer_.seal(envelope::Kind::presence, test::body_of(wire)).value(),
                            {.retain = true}));
  around_.clock.advance(agent::kRestorePause);
  std::optional<agent::OtherPresence> other;
  ASSERT_TRUE(fakes::wait_until([&] { return (other = node->restore_presence()).has_value(); }));
  EXPECT_TRUE(other->same_key);
  EXPECT_EQ(other->address, "192.0.2.66");
}

TEST_F(OwnPresenceOnTheBrokerTest, ANodeHearsNoOthersPresence) {
  Client n1(mosquitto_.as_node("n1"));
  ASSERT_TRUE(n1.listen("muster/v1/main/presence/+"));
  Client n2(mosquitto_.as_node("n2"));
  ASSERT_TRUE(n2->publish("muster/v1/main/presence/n2", "n2", {.retain = true}));
  ASSERT_TRUE(n2->flush(fakes::kPatience));
  ASSERT_TRUE(n1->publish(kPresence, "n1", {.retain = true}));
  ASSERT_TRUE(n1.hears(kPresence, "n1"));
  EXPECT_FALSE(n1.has_heard("muster/v1/main/presence/n2", "n2"));
}

}  // namespace
}  // namespace muster::test
