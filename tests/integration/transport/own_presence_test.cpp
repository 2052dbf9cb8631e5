// A node's presence on a real broker that takes it down, or shows another's.
#include "proto/messages/event.hpp"
#include "proto/messages/presence.hpp"
#include "tests/integration/transport/client.hpp"
#include "tests/integration/transport/node_on_broker.hpp"
#include "tests/support/fakes/body_of.hpp"

namespace muster::test {
namespace {

const std::string kPresence = "muster/v1/main/presence/n1";

class OwnPresenceOnTheBrokerTest : public NodeOnBroker {
 protected:
  // A client of the node's certificate whose last will takes the node's presence down.
  transport::mqtt::Options predecessor() {
    auto options = mosquitto_.as_node("n1");
    options.client_id = "predecessor";
    options.will = transport::mqtt::LastWill{kPresence, ""};
    return options;
  }
  static std::size_t shown(const Client& watcher) {
    const auto heard = watcher.heard();
    return static_cast<std::size_t>(std::count_if(
        heard.begin(), heard.end(), [](const auto& message) { return !message.payload.empty(); }));
  }
};

TEST_F(OwnPresenceOnTheBrokerTest, APredecessorsLateWillDoesNotHideTheNode) {
  Client watcher(mosquitto_.as_operator("alice"));
  ASSERT_TRUE(watcher.listen(kPresence));
  Client old(predecessor());
  ASSERT_TRUE(old) << old.error().message;
  const auto node = member(lists_);
  ASSERT_TRUE(fakes::wait_until([&] { return shown(watcher) == 1; }));
  Client again(predecessor());  // the broker hangs up on the first, as after a lost link
  ASSERT_TRUE(watcher.hears(kPresence, ""));
  EXPECT_TRUE(fakes::wait_until([&] { return shown(watcher) == 2; }));
}

TEST_F(OwnPresenceOnTheBrokerTest, TheHolderOfTheSameKeyIsSeenAndNamed) {
  Client watcher(mosquitto_.as_operator("alice"));
  const std::string topic = "muster/v1/main/event/taken-over/n1";
  ASSERT_TRUE(watcher.listen(topic));
  const auto node = member(lists_);
  Client twin(predecessor());
  messages::Presence wire;
  wire.identity = "n1";
  wire.session = "s2";
  wire.address = "192.0.2.66";
  ASSERT_TRUE(twin->publish(kPresence,
                            signer_->seal(envelope::Kind::presence, test::body_of(wire)).value(),
                            {.retain = true}));
  ASSERT_TRUE(fakes::wait_until([&] { return !watcher.heard().empty(); }));
  const auto told = watcher.heard().front();
  const auto sealed = envelope::decode(told.payload);
  ASSERT_TRUE(sealed);
  const auto event = messages::Event::decode(sealed->body);
  ASSERT_TRUE(event);
  EXPECT_EQ(event->data["same_key"], true);
  EXPECT_EQ(event->data["other_address"], "192.0.2.66");
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
