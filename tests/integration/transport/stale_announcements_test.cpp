// A real Mosquitto, and a machine that speaks MQTT 3.1.1: what it announced never expires there.
#include "orchestrator/provision/live/stale_announcements.hpp"

#include "tests/integration/transport/client.hpp"
#include "tests/support/fakes/fake_clock.hpp"
#include "tests/support/mosquitto/mosquitto.hpp"

namespace muster::test {
namespace {

const std::string kStaleTopic = "muster/v1/join/j1/announce";

TEST(StaleAnnouncementsLiveTest, AnAnnouncementInMqtt311IsClearedOnceNobodyRenewsIt) {
  const TestPki pki;
  Mosquitto mosquitto(pki);
  auto options = mosquitto.as_joining("j1");
  options.version = transport::mqtt::Version::v311;
  Client machine(options);
  Client orchestrator(mosquitto.as_orchestrator());
  ASSERT_TRUE(machine && orchestrator) << machine.error().message << orchestrator.error().message;
  fakes::FakeClock clock;
  provision::StaleAnnouncements stale(*orchestrator.operator->(), clock);
  const auto heard = orchestrator->subscribe(
      "muster/v1/join/+/announce", transport::Qos::at_least_once,
      [&stale](const transport::Message& message) { stale.hear("j1", message); });
  ASSERT_TRUE(heard);
  ASSERT_TRUE(orchestrator.listen("muster/v1/join/+/announce"));
  ASSERT_TRUE(machine->publish(kStaleTopic, "here I am", {.retain = true, .expiry_s = 1}));
  ASSERT_TRUE(orchestrator.hears(kStaleTopic, "here I am"));

  EXPECT_EQ(stale.clear(), 0U);
  clock.advance(provision::kAnnouncementLife + std::chrono::seconds(1));
  EXPECT_EQ(stale.clear(), 1U);
  EXPECT_TRUE(orchestrator.hears(kStaleTopic, ""));
  Client late(mosquitto.as_orchestrator("late"));
  ASSERT_TRUE(late.listen("muster/v1/join/+/announce"));
  ASSERT_TRUE(machine->publish("muster/v1/join/j1/up", "echo", {}));
  ASSERT_TRUE(late.listen("muster/v1/join/+/up"));
  ASSERT_TRUE(machine->publish("muster/v1/join/j1/up", "echo", {}));
  ASSERT_TRUE(late.hears("muster/v1/join/j1/up", "echo"));
  EXPECT_FALSE(late.has_heard(kStaleTopic, "here I am")) << "it is still kept by the broker";
  orchestrator.close();
}

}  // namespace
}  // namespace muster::test
