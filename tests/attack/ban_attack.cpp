// The broker's half of a ban: a real Mosquitto, whose watch names the banned in its access lists.
#include "orchestrator/broker/broker_process.hpp"
#include "orchestrator/broker/broker_watch.hpp"
#include "tests/attack/row.hpp"
#include "tests/integration/transport/client.hpp"
#include "tests/support/mosquitto/mosquitto.hpp"

namespace muster::attack {
namespace {

using fakes::wait_until;
using test::Client;

const std::string kToN1 = "muster/v1/main/req/node/n1/alice";
const std::string kOfN1 = "muster/v1/main/presence/n1";
const std::string kOfN2 = "muster/v1/main/presence/n2";
const std::string kListOfM1 = "muster/v1/main/trust/crl/m1/00";

class BannedAtTheBroker : public testing::Test {
 protected:
  void SetUp() override {
    start_watch();
    ASSERT_TRUE(alice_.listen("muster/v1/#"));
    ASSERT_TRUE(n1_.listen(kToN1));
    ASSERT_TRUE(is_heard(n1_, kOfN1));
    ASSERT_TRUE(is_heard(m1_, kListOfM1));
  }
  // Nobody else was harmed, and what is lifted ends: both are heard again. n2 was heard all the time.
  void TearDown() override {
    tell({.banned = {}, .lifted = {"n1", "m1"}});
    EXPECT_TRUE(wait_until([this] { return is_heard(n1_, kOfN1); }));
    EXPECT_TRUE(wait_until([this] { return is_heard(m1_, kListOfM1); }));
  }

  void start_watch() {
    broker::BrokerWatch::Ways ways;
    ways.read_ca = [](auto, auto) { return fail(Errc::refused, "no CA is endorsed here"); };
    ways.read_piece = [](auto, auto) { return fail(Errc::refused, "no list is brought here"); };
    ways.reload = [this] { return broker::reload_broker(mosquitto_.folder().pid_file()); };
    ways.bans = [this] {
      const std::lock_guard lock(mutex_);
      return known_;
    };
    watch_.reset();
    watch_.emplace(*watcher_.operator->(), "main", mosquitto_.folder(), std::move(ways), clock_);
    ASSERT_TRUE(watch_->start());
    ASSERT_TRUE(wait_until([this] { return watch_->reloads() > 0; }));
  }
  // From now on that is what orchestrators have said of bans.
  void tell(broker::KnownBans known) {
    {
      const std::lock_guard lock(mutex_);
      known_ = std::move(known);
    }
    watch_->look_soon();
  }
  // Whether what `from` says there reaches somebody, before what n2 says after it.
  bool is_heard(Client& from, const std::string& topic) {
    const auto text = "word " + std::to_string(++said_);
    if (from->publish(topic, text, {})) static_cast<void>(from->flush(fakes::kPatience));
    EXPECT_TRUE(n2_->publish(kOfN2, text, {}));
    EXPECT_TRUE(alice_.hears(kOfN2, text));
    return alice_.has_heard(topic, text);
  }
  bool falls_silent(Client& who, const std::string& topic) {
    return wait_until([&] { return !is_heard(who, topic); });
  }

  const base::SystemClock clock_;
  test::TestPki pki_;
  test::Mosquitto mosquitto_{pki_};
  Client alice_{mosquitto_.as_operator("alice")};
  Client n1_{mosquitto_.as_node("n1")};
  Client n2_{mosquitto_.as_node("n2")};
  Client m1_{mosquitto_.as_master(pki_.puppet_ca(), "m1")};
  Client watcher_{mosquitto_.as_watcher()};
  std::mutex mutex_;
  broker::KnownBans known_;
  std::optional<broker::BrokerWatch> watch_;
  int said_ = 0;
};

TEST_F(BannedAtTheBroker, AConnectionThatStoodReachesNothing) {
  row("stolen node", "speaks and listens over a connection from before it was banned",
      "its messages reach nobody, and it hears nothing");
  tell({.banned = {"n1"}, .lifted = {}});
  ASSERT_TRUE(falls_silent(n1_, kOfN1));
  ASSERT_TRUE(alice_->publish(kToN1, "secret", {}));
  ASSERT_TRUE(alice_->flush(fakes::kPatience));
  // Messages come in their order: what was held back would be there before the next.
  tell({.banned = {}, .lifted = {"n1"}});
  ASSERT_TRUE(wait_until([this] { return is_heard(n1_, kOfN1); }));
  ASSERT_TRUE(alice_->publish(kToN1, "after the ban", {}));
  ASSERT_TRUE(n1_.hears(kToN1, "after the ban"));
  EXPECT_FALSE(n1_.has_heard(kToN1, "secret"));
}

TEST_F(BannedAtTheBroker, AMasterBringsNoList) {
  row("stolen master", "brings a revocation list at the masters' listener, after it was banned",
      "the list reaches nobody");
  tell({.banned = {"m1"}, .lifted = {}});
  EXPECT_TRUE(falls_silent(m1_, kListOfM1));
}

TEST_F(BannedAtTheBroker, AWatchThatStartsLiftsNoBan) {
  row("stolen orchestrator", "clears the ban from the broker while the watch starts anew",
      "denied until an orchestrator says that the ban is lifted");
  tell({.banned = {"n1"}, .lifted = {}});
  ASSERT_TRUE(falls_silent(n1_, kOfN1));
  tell({});
  start_watch();
  tell({.banned = {"m1"}, .lifted = {}});  // once this one is silent, the lists were written anew
  ASSERT_TRUE(falls_silent(m1_, kListOfM1));
  EXPECT_FALSE(is_heard(n1_, kOfN1));
}

}  // namespace
}  // namespace muster::attack
