#include "tests/sim/broker/sim_link.hpp"

#include <gmock/gmock.h>

namespace muster::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;
using transport::LinkState;

// A client and what it heard.
struct Person {
  Person(fakes::VirtualLoop& loop, BrokerModel& broker, const Weather& weather,
         const std::string& id)
      : link(loop, broker, weather, id, Will{"down/" + id, "gone"},
             {.on_state = [this](LinkState state) { states.push_back(state); },
              .on_message = [this](const transport::Message& m) { heard.push_back(m.payload); },
              .on_subscribed = [this] { ++stood_again; }}) {
    link.connect();
  }
  std::vector<LinkState> states;
  std::vector<std::string> heard;
  int stood_again = 0;  // its subscriptions, with a new link
  SimLink link;
};

class SimLinkTest : public testing::Test {
 protected:
  fakes::VirtualLoop loop_;
  BrokerModel broker_{loop_};
  Weather weather_;
  Person one_{loop_, broker_, weather_, "one"};
  Person other_{loop_, broker_, weather_, "other"};

  void SetUp() override { loop_.advance(seconds(1)); }
};

TEST_F(SimLinkTest, MessagesTakeTimeAndKeepTheirOrder) {
  bool subscribed = false;
  other_.link.subscribe({"t"}, [&] { subscribed = true; });
  EXPECT_FALSE(subscribed);
  loop_.advance(seconds(1));
  EXPECT_TRUE(subscribed);
  for (int each = 0; each < 20; ++each)
    ASSERT_TRUE(one_.link.publish("t", std::to_string(each), {}));
  EXPECT_THAT(other_.heard, IsEmpty());
  loop_.advance(seconds(1));
  ASSERT_EQ(other_.heard.size(), 20U);
  for (int each = 0; each < 20; ++each)
    EXPECT_EQ(other_.heard[static_cast<std::size_t>(each)], std::to_string(each));
}

TEST_F(SimLinkTest, WhatIsSubscribedWhileTheBrokerDiesIsAnsweredByTheNextLink) {
  int answered = 0;
  other_.link.subscribe({"t"}, [&] { ++answered; });
  broker_.crash();
  loop_.advance(seconds(5));
  EXPECT_EQ(answered, 0);
  EXPECT_EQ(other_.stood_again, 0);
  broker_.start(true);
  loop_.advance(seconds(60));
  EXPECT_EQ(answered, 1);
  EXPECT_EQ(other_.stood_again, 1);
  ASSERT_TRUE(one_.link.publish("t", "hello", {}));
  loop_.advance(seconds(1));
  EXPECT_THAT(other_.heard, ElementsAre("hello"));
}

TEST_F(SimLinkTest, ABrokerThatComesBackFindsEverybodyAgainWithTheirSubscriptions) {
  other_.link.subscribe({"t"}, [] {});
  loop_.advance(seconds(1));
  broker_.crash();
  loop_.advance(seconds(5));
  EXPECT_FALSE(one_.link.connected());
  const auto lost = one_.link.publish("t", "lost", {});
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().code, Errc::unavailable);
  EXPECT_TRUE(one_.link.publish("t", "kept", {.retain = true, .keep = true}));
  broker_.start(true);
  loop_.advance(seconds(61));
  EXPECT_TRUE(one_.link.connected());
  EXPECT_THAT(other_.states,
              ElementsAre(LinkState::connected, LinkState::lost, LinkState::connected));
  EXPECT_THAT(other_.heard, ElementsAre("kept"));
}

TEST_F(SimLinkTest, ADirectionThatIsCutIsNoticedAtBothEndsByTheirKeepAlive) {
  one_.link.cut_up(true);
  loop_.advance(seconds(61));
  EXPECT_FALSE(one_.link.connected());
  EXPECT_EQ(broker_.retained("down/one"), "gone");
  one_.link.cut_up(false);
  loop_.advance(seconds(61));
  EXPECT_TRUE(one_.link.connected());
}

TEST_F(SimLinkTest, AShortCutDelaysAndLosesNothing) {
  other_.link.subscribe({"t"}, [] {});
  loop_.advance(seconds(1));
  other_.link.cut_down(true);
  ASSERT_TRUE(one_.link.publish("t", "late", {}));
  loop_.advance(seconds(5));
  EXPECT_THAT(other_.heard, IsEmpty());
  other_.link.cut_down(false);
  loop_.advance(seconds(1));
  EXPECT_THAT(other_.heard, ElementsAre("late"));
}

TEST_F(SimLinkTest, WhatIsNotAcknowledgedIsSentAgainWithTheNextLink) {
  other_.link.subscribe({"t"}, [] {});
  loop_.advance(seconds(1));
  one_.link.cut_up(true);
  ASSERT_TRUE(one_.link.publish("t", "again", {}));
  loop_.advance(seconds(61));
  one_.link.cut_up(false);
  loop_.advance(seconds(61));
  EXPECT_THAT(other_.heard, ElementsAre("again"));
}

TEST_F(SimLinkTest, WhoLeavesHasSaidEverythingAndLeavesNoWill) {
  other_.link.subscribe({"t"}, [] {});
  loop_.advance(seconds(1));
  ASSERT_TRUE(one_.link.publish("t", "farewell", {}));
  bool left = false;
  one_.link.leave([&] { left = true; });
  EXPECT_FALSE(left);
  loop_.advance(seconds(120));
  EXPECT_TRUE(left);
  EXPECT_THAT(other_.heard, ElementsAre("farewell"));
  EXPECT_EQ(broker_.retained("down/one"), std::nullopt);
  EXPECT_EQ(broker_.sessions(), 1U);
}

TEST_F(SimLinkTest, WhoIsKilledLeavesItsWill) {
  {
    Person third(loop_, broker_, weather_, "third");
    loop_.advance(seconds(1));
  }
  EXPECT_EQ(broker_.retained("down/third"), "gone");
}

TEST_F(SimLinkTest, ASecondClientWithOurIdIsToldApart) {
  Person thief(loop_, broker_, weather_, "one");
  loop_.advance(milliseconds(50));
  EXPECT_THAT(one_.states, ElementsAre(LinkState::connected, LinkState::taken_over));
}

}  // namespace
}  // namespace muster::sim
