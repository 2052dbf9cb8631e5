#include "tests/sim/broker/broker_model.hpp"

#include <gmock/gmock.h>

namespace muster::sim {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Listener final : public Peer {
 public:
  void deliver(const transport::Message& message) override {
    heard.push_back(message.topic + "=" + message.payload + (message.retained ? " kept" : ""));
  }
  void hung_up(HungUp why) override { ended.push_back(why); }

  std::vector<std::string> heard;
  std::vector<HungUp> ended;
};

class BrokerModelTest : public testing::Test {
 protected:
  fakes::VirtualLoop loop_;
  BrokerModel broker_{loop_};
  Listener one_;
  Listener other_;
};

TEST_F(BrokerModelTest, WhoIsSubscribedHearsWhatIsSentAndWhatIsKept) {
  const auto one = *broker_.open("one", {}, one_);
  broker_.publish(one, "t/kept", "1", {.retain = true});
  broker_.publish(one, "t/passing", "2", {});
  const auto other = *broker_.open("other", {}, other_);
  broker_.subscribe(other, {"t/+"});
  broker_.publish(one, "t/passing", "3", {});
  EXPECT_THAT(other_.heard, ElementsAre("t/kept=1 kept", "t/passing=3"));
  broker_.unsubscribe(other, {"t/+"});
  broker_.publish(one, "t/passing", "4", {});
  EXPECT_EQ(other_.heard.size(), 2U);
  EXPECT_THAT(one_.heard, IsEmpty());
}

TEST_F(BrokerModelTest, WhatIsKeptEndsWithItsExpiryOrWithAnEmptyMessage) {
  const auto one = *broker_.open("one", {}, one_);
  broker_.publish(one, "t/a", "1", {.retain = true, .expiry_s = 10});
  broker_.publish(one, "t/b", "2", {.retain = true});
  loop_.advance(std::chrono::seconds(9));
  EXPECT_EQ(broker_.retained("t/a"), "1");
  loop_.advance(std::chrono::seconds(1));
  EXPECT_EQ(broker_.retained("t/a"), std::nullopt);
  broker_.publish(one, "t/b", "", {.retain = true});
  EXPECT_THAT(broker_.retained_topics("t/#"), IsEmpty());
}

TEST_F(BrokerModelTest, ALinkThatBreaksHasItsWillPublishedAndOneThatEndsHasNot) {
  const auto one = *broker_.open("one", {}, one_);
  broker_.subscribe(one, {"will/#"});
  broker_.lose(*broker_.open("broken", Will{"will/broken", "gone"}, other_));
  broker_.close(*broker_.open("ended", Will{"will/ended", "gone"}, other_));
  EXPECT_THAT(one_.heard, ElementsAre("will/broken=gone"));
}

TEST_F(BrokerModelTest, ASecondClientOfOneIdTakesOver) {
  const auto one = *broker_.open("one", Will{"will/one", "gone"}, one_);
  ASSERT_TRUE(broker_.open("one", {}, other_));
  EXPECT_THAT(one_.ended, ElementsAre(HungUp::taken_over));
  EXPECT_EQ(broker_.retained("will/one"), "gone");
  broker_.publish(one, "t/a", "1", {.retain = true});  // a session that is over says nothing
  EXPECT_EQ(broker_.retained("t/a"), std::nullopt);
}

TEST_F(BrokerModelTest, ItComesBackWithItsMemoryOrWithout) {
  const auto one = *broker_.open("one", Will{"will/one", "gone"}, one_);
  broker_.publish(one, "t/a", "1", {.retain = true});
  broker_.crash();
  EXPECT_THAT(one_.ended, ElementsAre(HungUp::broker_down));
  EXPECT_FALSE(broker_.open("one", {}, one_));
  broker_.start(true);
  EXPECT_EQ(broker_.retained("t/a"), "1");
  EXPECT_EQ(broker_.retained("will/one"), std::nullopt);
  broker_.crash();
  broker_.start(false);
  EXPECT_EQ(broker_.retained("t/a"), std::nullopt);
}

TEST_F(BrokerModelTest, ABrokerThatStopsEarlyDeliversOnlySoManyKeptMessages) {
  BrokerModel lazy(loop_, {.retained_burst_max = 3});
  const auto one = *lazy.open("one", {}, one_);
  for (int each = 0; each < 10; ++each)
    lazy.publish(one, "t/" + std::to_string(each), "x", {.retain = true});
  lazy.subscribe(one, {"t/#"});
  EXPECT_EQ(one_.heard.size(), 3U);
}

}  // namespace
}  // namespace muster::sim
