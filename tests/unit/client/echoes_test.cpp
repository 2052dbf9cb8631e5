// Messages to ourselves, in virtual time.
#include "orchestrator/client/echoes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/loop_bus/loop_broker.hpp"

namespace muster::client {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using namespace std::chrono_literals;

constexpr auto kOurs = "muster/v1/main/echo/us";

class EchoesTest : public testing::Test {
 protected:
  Status mark(const std::string& name) {
    return echoes_.mark([this, name] { passed_.push_back(name); });
  }

  fakes::VirtualLoop loop_;
  test::LoopBroker broker_{loop_};
  std::unique_ptr<transport::Bus> bus_ = broker_.connect();
  std::vector<std::string> passed_;
  Echoes echoes_{*bus_, kOurs, loop_};
};

TEST_F(EchoesTest, EachMarkPassesOnceWhenItsMessageIsBackAndInTheirOrder) {
  broker_.habits.others_late = 1s;
  ASSERT_TRUE(mark("a"));
  ASSERT_TRUE(mark("b"));
  loop_.advance(999ms);
  EXPECT_THAT(passed_, IsEmpty());
  loop_.advance(1ms);
  EXPECT_THAT(passed_, ElementsAre("a", "b"));
  loop_.advance(1h);
  EXPECT_THAT(passed_, ElementsAre("a", "b"));
}

TEST_F(EchoesTest, AnothersMessageOnTheTopicIsNoEcho) {
  broker_.habits.others_late = 1s;
  ASSERT_TRUE(mark("a"));
  broker_.publish(kOurs, "a guess");
  broker_.habits.others_late = 0s;
  broker_.publish(kOurs, "another");
  loop_.advance(999ms);
  EXPECT_THAT(passed_, IsEmpty());
}

TEST_F(EchoesTest, AfterALostLinkNobodyIsToldOfWhatWasMarkedOnIt) {
  broker_.habits.others_late = 1s;
  ASSERT_TRUE(mark("before"));
  echoes_.forget_marks();
  ASSERT_TRUE(mark("after"));
  loop_.advance(1s);
  EXPECT_THAT(passed_, ElementsAre("after"));
}

TEST_F(EchoesTest, WithoutALinkNothingIsMarked) {
  ASSERT_TRUE(mark("a"));
  loop_.advance(0ms);
  broker_.drop();
  const auto marked = mark("b");
  ASSERT_FALSE(marked);
  EXPECT_EQ(marked.error().code, Errc::unavailable);
  broker_.restore();
  loop_.advance(1h);
  EXPECT_THAT(passed_, ElementsAre("a"));
}

TEST_F(EchoesTest, WhoMarksWithinAMarkIsToldAsWell) {
  ASSERT_TRUE(echoes_.mark([this] { EXPECT_TRUE(mark("inner")); }));
  loop_.advance(1s);
  EXPECT_THAT(passed_, ElementsAre("inner"));
}

}  // namespace
}  // namespace muster::client
