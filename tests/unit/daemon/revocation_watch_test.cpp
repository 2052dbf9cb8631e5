// A node hears who was revoked, and refuses them, at once and after a restart.
#include "node-agent/daemon/revocation_watch.hpp"

#include <gtest/gtest.h>

#include "proto/transport/topics.hpp"
#include "tests/support/fakes/wait_until.hpp"
#include "tests/support/pki/test_revocations.hpp"
#include "tests/unit/daemon/linked_lab.hpp"

namespace muster::agent {
namespace {

using namespace std::chrono_literals;
using test::revoke;

class RevocationWatchTest : public LinkedLab {
 protected:
  const test::TestCa& root() const { return pki_.root(); }
  static std::string topic_of(const test::TestCa& ca) {
    return transport::topics::revocations("main", ca.certificate().fingerprint());
  }
  void publish(const std::string& topic, const std::string& payload) {
    EXPECT_TRUE(orchestrator_->publish(topic, payload, {.retain = true}));
  }
  bool believes(const test::Holder& who) const {
    return around_.operators.verify({who.certificate.der()}).has_value();
  }
  std::uint64_t unverified() const { return around_.statistics.unverified; }

  const test::TestPki& pki_ = around_.pki;
  const test::Holder alice_ = pki_.operator_();
  const test::Holder bob_ = pki_.root().issue_member("bob", "operator");
  const std::unique_ptr<transport::Bus> orchestrator_ = broker_.connect("orchestrator1");
};

TEST_F(RevocationWatchTest, ARunningNodeRefusesWhoWasRevoked) {
  const auto open = member();
  ASSERT_TRUE(believes(alice_));
  publish(topic_of(root()), revoke(root(), 1, {alice_.certificate}).der());
  EXPECT_TRUE(fakes::wait_until([&] { return !believes(alice_); }));
  EXPECT_TRUE(believes(bob_));
  const auto before = unverified();
  ASSERT_TRUE(orchestrator_->publish("muster/v1/main/req/agent/echo/alice",
                                     around_.sealed(around_.request()), {}));
  EXPECT_TRUE(fakes::wait_until([&] { return unverified() == before + 1; })) << "counted";
  EXPECT_TRUE(fakes::wait_until([&] {
    return std::filesystem::exists(around_.folder / "audit.log") &&
           around_.folder.read("audit.log").find("its certificate was revoked on") !=
               std::string::npos;
  })) << "audited";
}

// That it is known before a request is taken, tests/integration/transport tries with a broker that answers in order.
TEST_F(RevocationWatchTest, WhatTheBrokerRetainsCounts) {
  publish(topic_of(root()), revoke(root(), 1, {alice_.certificate}).der());
  const auto open = member();
  EXPECT_TRUE(fakes::wait_until([&] { return !believes(alice_); }));
}

TEST_F(RevocationWatchTest, ARestartWithoutABrokerRefusesAsBefore) {
  publish(topic_of(root()), revoke(root(), 1, {alice_.certificate}).der());
  const auto open = member();
  ASSERT_TRUE(fakes::wait_until([&] { return !believes(alice_); }));
  ASSERT_TRUE(lists_.drain(fakes::kPatience));
  security::TrustStore restarted(around_.real_clock);
  pki_.trust(restarted);
  RevocationWatch watch(restarted, around_.folder / "revocations", around_.clock);
  ASSERT_TRUE(watch.load());
  EXPECT_FALSE(restarted.verify({alice_.certificate.der()}));
  EXPECT_TRUE(restarted.verify({bob_.certificate.der()}));
}

TEST_F(RevocationWatchTest, ADamagedFileIsHeardAnew) {
  const auto file = around_.folder.write(
      "revocations/" + root().certificate().fingerprint() + ".crl", "half a li");
  security::TrustStore restarted(around_.real_clock);
  pki_.trust(restarted);
  RevocationWatch watch(restarted, around_.folder / "revocations", around_.clock);
  ASSERT_TRUE(watch.load());
  EXPECT_FALSE(std::filesystem::exists(file));
  watch.hear({topic_of(root()), revoke(root(), 1, {alice_.certificate}).der(), true});
  ASSERT_TRUE(watch.drain(fakes::kPatience));
  EXPECT_FALSE(restarted.verify({alice_.certificate.der()}));
  EXPECT_TRUE(std::filesystem::exists(file)) << "and kept again";
}

TEST_F(RevocationWatchTest, AListThatComesBeforeItsRootCountsOnceTheRootIsObeyed) {
  const test::TestCa next("Muster operator root 2");
  const auto carol = next.issue_member("carol", "operator");
  auto& store = around_.operators;
  RevocationWatch watch(store, around_.folder / "revocations", around_.clock);
  watch.hear({topic_of(next), revoke(next, 1, {carol.certificate}).der(), true});
  ASSERT_TRUE(store.add(next.certificate(), security::Root::operators));
  ASSERT_TRUE(believes(carol));
  watch.roots_changed();
  ASSERT_TRUE(watch.drain(fakes::kPatience));
  EXPECT_FALSE(believes(carol));
}

TEST_F(RevocationWatchTest, ListsOfUnknownRootsHaveALimit) {
  RevocationWatch watch(around_.operators, around_.folder / "revocations", around_.clock);
  const test::TestCa next("Muster operator root 2");
  const auto carol = next.issue_member("carol", "operator");
  for (std::size_t i = 0; i < kListsOfUnknownRootsMax; ++i)
    watch.hear({transport::topics::revocations("main", "root" + std::to_string(i)), "x", true});
  watch.hear({topic_of(next), revoke(next, 1, {carol.certificate}).der(), true});
  ASSERT_TRUE(around_.operators.add(next.certificate(), security::Root::operators));
  watch.roots_changed();
  ASSERT_TRUE(watch.drain(fakes::kPatience));
  EXPECT_TRUE(believes(carol)) << "the bus retains it: it comes again with the next connection";
}

TEST_F(RevocationWatchTest, AnOlderAForeignATruncatedOrNoListChangesNothing) {
  const auto open = member();
  const auto list = revoke(root(), 5, {alice_.certificate});
  publish(topic_of(root()), list.der());
  ASSERT_TRUE(fakes::wait_until([&] { return !believes(alice_); }));
  const test::TestCa namesake(root().certificate().common_name());
  for (const auto& payload :
       {std::string(), list.der().substr(0, list.der().size() / 2), std::string("no list"),
        revoke(root(), 4, {bob_.certificate}).der(), revoke(namesake, 9, {bob_.certificate}).der(),
        revoke(pki_.puppet_ca(), 9, {bob_.certificate}).der()})
    publish(topic_of(root()), payload);
  publish(topic_of(namesake), revoke(namesake, 9, {bob_.certificate}).der());
  // What comes last in the queue has been judged: so has the rest.
  const auto carol = pki_.root().issue_member("carol", "operator");
  publish(topic_of(root()), revoke(root(), 6, {alice_.certificate, carol.certificate}).der());
  ASSERT_TRUE(fakes::wait_until([&] { return !believes(carol); }));
  EXPECT_FALSE(believes(alice_));
  EXPECT_TRUE(believes(bob_));
}

TEST_F(RevocationWatchTest, AFloodWaitsInOnePlaceARoot) {
  security::TrustStore store(around_.real_clock);
  pki_.trust(store);
  RevocationWatch watch(store, around_.folder / "others", around_.clock);
  ASSERT_TRUE(watch.load());
  for (int i = 0; i < 1'000; ++i) {
    watch.hear({"muster/v1/main/trust/revoked/" + std::to_string(i), "x", false});
    watch.hear({topic_of(root()), "x", false});
  }
  watch.hear({topic_of(root()), revoke(root(), 1, {alice_.certificate}).der(), false});
  ASSERT_TRUE(watch.drain(fakes::kPatience));
  EXPECT_FALSE(store.verify({alice_.certificate.der()}));
}

}  // namespace
}  // namespace muster::agent
