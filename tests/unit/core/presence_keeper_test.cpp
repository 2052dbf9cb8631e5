#include "node-agent/core/presence_keeper.hpp"

#include "tests/unit/core/node_lab.hpp"

namespace muster::agent {
namespace {

using testing::HasSubstr;
using namespace std::chrono_literals;

// Session "s1" of n1, and what is heard of its presence besides.
class PresenceKeeperTest : public NodeLab {
 protected:
  PresenceKeeper& keeper() {
    host_.linked = true;
    if (!keeper_)
      keeper_.emplace(host_, identity_, signer_,
                      [this](const OtherPresence& other) { others_.push_back(other); });
    return *keeper_;
  }
  static std::string body(const std::string& session, const std::string& address = "") {
    messages::Presence wire;
    wire.identity = "n1";
    wire.session = session;
    wire.address = address;
    return test::body_of(wire);
  }
  static std::string sealed(const test::Holder& holder, const std::string& body) {
    return holder.signer().seal(envelope::Kind::presence, body).value();
  }
  std::string sealed(const std::string& body) const {
    return signer_->seal(envelope::Kind::presence, body).value();
  }
  void hear(const std::string& payload, bool retained = false) {
    keeper().hear({kPresenceTopic, payload, retained});
  }
  std::size_t sent() const { return host_.count(kPresenceTopic); }

  std::vector<OtherPresence> others_;
  std::optional<PresenceKeeper> keeper_;
};

TEST_F(PresenceKeeperTest, PresenceIsRetainedForAWhileAndSignedByTheNode) {
  keeper().show(body("s1", "192.0.2.1"));
  EXPECT_EQ(shown().address, "192.0.2.1");
  EXPECT_EQ(shown().sent_at_ms, loop_.clock().unix_ms());
  EXPECT_TRUE(host_.last(kPresenceTopic)->options.retain);
  EXPECT_EQ(host_.last(kPresenceTopic)->options.expiry_s, kPresenceExpiryS);
}

TEST_F(PresenceKeeperTest, ItIsShownInEveryCollectiveAndTakenDownInEach) {
  identity_.collectives = {"main", "de"};
  keeper().show(body("s1"));
  EXPECT_EQ(shown("muster/v1/de/presence/n1").session, "s1");
  keeper().take_down();
  for (const auto* topic : {kPresenceTopic, "muster/v1/de/presence/n1"}) {
    EXPECT_EQ(host_.last(topic)->payload, "");
    EXPECT_TRUE(host_.last(topic)->options.retain);
  }
}

TEST_F(PresenceKeeperTest, TheSamePresenceIsNotSentAgainUntilItGrowsOld) {
  keeper().show("one");
  keeper().show("one");
  loop_.advance(kPresenceAgain);
  keeper().show("one");
  EXPECT_EQ(sent(), 1U);
  keeper().show("two");
  loop_.advance(kPresenceAgain + 1s);
  keeper().show("two");
  EXPECT_EQ(sent(), 3U) << "one, two, and two again when it was old";
}

TEST_F(PresenceKeeperTest, WhereNothingIsKnownNothingIsShown) {
  keeper().show("");
  keeper().show_again();
  EXPECT_EQ(sent(), 0U);
  keeper().show(body("s1"));
  keeper().show("");
  EXPECT_EQ(shown().session, "s1") << "better than no presence";
}

TEST_F(PresenceKeeperTest, WhatALateWillTookDownIsShownAgain) {
  keeper().show(body("s1"));
  hear("");
  ASSERT_EQ(others_.size(), 1U);
  EXPECT_TRUE(others_.front().cleared);
  EXPECT_EQ(sent(), 2U);
  EXPECT_EQ(shown().session, "s1");
}

TEST_F(PresenceKeeperTest, TheHolderOfTheSameKeyIsSeenWithItsAddress) {
  keeper().show(body("s1"));
  hear(sealed(body("s2", "192.0.2.66")));
  ASSERT_EQ(others_.size(), 1U);
  EXPECT_TRUE(others_.front().same_key);
  EXPECT_FALSE(others_.front().retained);
  EXPECT_EQ(others_.front().address, "192.0.2.66");
  EXPECT_EQ(sent(), 2U);
}

TEST_F(PresenceKeeperTest, AnotherCasCertificateForTheNameIsNamed) {
  keeper().show(body("s1"));
  const test::TestCa stranger("Puppet CA: stranger");
  hear(sealed(stranger.issue_node("n1"), body("s1", "192.0.2.66")));
  ASSERT_EQ(others_.size(), 1U);
  EXPECT_FALSE(others_.front().same_key);
  EXPECT_THAT(others_.front().signer, HasSubstr("Puppet CA: stranger"));
}

TEST_F(PresenceKeeperTest, APredecessorsThatWasRetainedIsReplacedOnceThereIsSomethingToShow) {
  hear(sealed(body("s0")), true);
  EXPECT_TRUE(others_.empty());
  keeper().show(body("s1"));
  ASSERT_EQ(others_.size(), 1U);
  EXPECT_TRUE(others_.front().retained);
  EXPECT_EQ(shown().session, "s1");
}

TEST_F(PresenceKeeperTest, ItsOwnEchoIsNothingNew) {
  keeper().show(body("s1"));
  const auto first = host_.last(kPresenceTopic)->payload;
  keeper().show(body("s1", "changed"));
  hear(first);
  hear(host_.last(kPresenceTopic)->payload);
  EXPECT_TRUE(others_.empty());
  EXPECT_EQ(sent(), 2U);
}

TEST_F(PresenceKeeperTest, ThatWeLeaveIsNoNews) {
  keeper().show(body("s1"));
  keeper().take_down();
  hear("");
  loop_.advance(1h);
  EXPECT_TRUE(others_.empty());
  EXPECT_EQ(host_.last(kPresenceTopic)->payload, "");
}

TEST_F(PresenceKeeperTest, TwoWhoShowThemselvesDoNotKeepTheBrokerBusy) {
  keeper().show(body("s1"));
  hear("");
  hear("");
  hear(sealed(body("s2")));
  EXPECT_EQ(sent(), 2U) << "too soon";
  loop_.advance(kRestorePause);
  EXPECT_EQ(sent(), 3U) << "but not forgotten";
  EXPECT_EQ(others_.size(), 2U);
  loop_.advance(1h);
  EXPECT_EQ(sent(), 3U);
}

}  // namespace
}  // namespace muster::agent
