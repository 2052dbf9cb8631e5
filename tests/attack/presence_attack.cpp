// Who is on the bus: sessions that are taken, presence that is hidden or kept for ever.
#include "orchestrator/client/fleet.hpp"
#include "proto/messages/event.hpp"
#include "proto/messages/presence.hpp"
#include "proto/security/client_id.hpp"
#include "tests/attack/row.hpp"
#include "tests/integration/transport/client.hpp"
#include "tests/integration/transport/node_on_broker.hpp"
#include "tests/unit/client/client_lab.hpp"

namespace muster::attack {
namespace {

using test::Client;
using std::chrono_literals::operator""s;

const std::string kOwn = "muster/v1/main/presence/n1";

TEST(Session, IsNotTakenByWhoKnowsTheNameAlone) {
  row("stolen node",
      "connects at each listener under a member's client id: its name, or made as its is, of a key "
      "of one's own",
      "both stay connected; the member hears on");
  const test::TestPki pki;
  const test::Mosquitto mosquitto(pki);
  const auto id_of = [](const transport::mqtt::Options& options) {
    const auto key = x509::Key::private_from_file(options.key_file).value();
    return security::client_id(key, "member n1").value();
  };
  auto member = mosquitto.as_node("n1");
  member.client_id = id_of(member);
  Client n1(member);
  Client alice(mosquitto.as_operator("alice"));
  const std::string topic = "muster/v1/main/req/node/n1/alice";
  ASSERT_TRUE(n1 && alice && n1.listen(topic));
  const auto thief = mosquitto.as_node("n2");
  for (const auto& id : {std::string("n1"), id_of(thief)})
    for (auto options : {thief, mosquitto.as_operator(), mosquitto.as_joining("c1")}) {
      options.client_id = id;
      Client other(options);
      ASSERT_TRUE(other) << other.error().message;
      ASSERT_TRUE(alice->publish(topic, "hello", {}) && n1.hears(topic, "hello")) << id;
      EXPECT_EQ(n1.states(), std::vector{transport::LinkState::connected}) << id;
    }
}

// A node's core on a real broker, beside a client of the same certificate whose last will clears its presence.
class OwnPresence : public test::NodeOnBroker {
 protected:
  void SetUp() override {
    ASSERT_TRUE(alice_.listen(kOwn));
    ASSERT_TRUE(alice_.listen(kTakenOver));
  }
  transport::mqtt::Options before() const {
    auto options = mosquitto_.as_node("n1");
    options.client_id = "before";
    options.will = transport::mqtt::LastWill{kOwn, ""};
    return options;
  }
  std::size_t heard(const std::string& topic) const {
    const auto all = alice_.heard();
    return static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [&](const auto& each) {
      return each.topic == topic && !each.payload.empty();
    }));
  }
  [[nodiscard]] bool comes_to_hear(const std::string& topic, std::size_t times) const {
    return fakes::wait_until([&] { return heard(topic) >= times; });
  }

  const std::string kTakenOver = "muster/v1/main/event/taken-over/n1";
  Client alice_{mosquitto_.as_operator("alice")};
};

TEST_F(OwnPresence, ALateWillHidesNoNode) {
  row("stolen node", "leaves a last will that clears the presence of the machine that follows it",
      "the node shows itself again");
  Client old(before());
  const auto node = member(lists_);
  ASSERT_TRUE(comes_to_hear(kOwn, 1));
  Client again(before());  // the broker hangs up on the first: its will is published
  ASSERT_TRUE(alice_.hears(kOwn, ""));
  EXPECT_TRUE(comes_to_hear(kOwn, 2)) << "n1 is hidden";
}

TEST_F(OwnPresence, WhoHasTheNodesKeyIsSeen) {
  row("stolen node", "shows itself as the node whose key it has, at another address",
      "the node shows itself again, and an event names both addresses");
  const auto node = member(lists_);
  ASSERT_TRUE(comes_to_hear(kOwn, 1));
  Client twin(before());
  messages::Presence shown;
  shown.identity = "n1";
  shown.session = "s2";
  shown.address = "192.0.2.66";
  const auto sealed = signer_->seal(envelope::Kind::presence, test::body_of(shown)).value();
  ASSERT_TRUE(twin->publish(kOwn, sealed, {.retain = true}));
  ASSERT_TRUE(comes_to_hear(kTakenOver, 1)) << "nobody is told";
  EXPECT_TRUE(comes_to_hear(kOwn, 3)) << "its own, the thief's, its own again";
}

TEST(OldPresence, IsNotBelievedForEver) {
  row("broker", "keeps the presence of nodes that are gone, which MQTT 3.1.1 lets never expire",
      "counted as refused; told how old it is");
  client::ClientLab lab;
  lab.trust_nodes();
  const auto now = base::SystemClock().unix_ms();
  const auto beyond =
      std::chrono::milliseconds(client::kPresenceMaxAge + client::kPresenceSkewMax + 5s);
  const auto ahead = std::chrono::milliseconds(client::kPresenceSkewMax + 30s);
  std::vector<std::unique_ptr<client::LabNode>> nodes;
  const auto show = [&](const std::string& name, std::int64_t made_at_ms) {
    nodes.push_back(std::make_unique<client::LabNode>(lab, name));
    auto shown = nodes.back()->presence();
    shown.sent_at_ms = made_at_ms;
    nodes.back()->show(shown);
  };
  show("gone", now - beyond.count());
  show("undated", 0);
  show("ahead", now + ahead.count());
  show("here", now);
  const auto fleet = client::Fleet::watch(lab.link()).value();
  client::must(fleet->wait_complete(fakes::kPatience));
  for (const auto* name : {"gone", "undated", "ahead"}) EXPECT_FALSE(fleet->find(name)) << name;
  EXPECT_TRUE(fleet->find("here"));
  EXPECT_EQ(fleet->refused(), 3U);
}

}  // namespace
}  // namespace muster::attack
