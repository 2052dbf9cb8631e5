#include "proto/transport/directory/completeness.hpp"

#include <gmock/gmock.h>

namespace muster::transport {
namespace {

using std::chrono::milliseconds;
using What = Completeness::What;

class CompletenessTest : public testing::Test {
 protected:
  void pass(int ms) { now_ += milliseconds(ms); }
  void hears(int from, int to) {
    for (int number = from; number < to; ++number)
      sut_.entry({"t/" + std::to_string(number), "x", true}, now_);
  }
  // All is asked for, and what follows comes back.
  void round(int from, int to) {
    sut_.asked(now_);
    sut_.mark_sent(now_);
    hears(from, to);
    sut_.mark_heard(sut_.marks_sent(), now_);
    pass(20);
  }
  What judge(std::optional<std::size_t> expected = {}) { return sut_.judge(now_, expected).what; }
  std::string doubt() { return sut_.judge(now_, {}).doubt; }

  Completeness::TimePoint now_{milliseconds(1'000)};
  Completeness sut_{Signs{.quiet = milliseconds(20)}};
};

TEST_F(CompletenessTest, TheMarkAloneIsNotEnough) {
  sut_.asked(now_);
  sut_.mark_sent(now_);
  sut_.mark_heard(1, now_);
  EXPECT_EQ(judge(), What::wait);
  pass(19);
  hears(0, 1);
  pass(19);
  EXPECT_EQ(judge(), What::wait);
  pass(1);
  EXPECT_EQ(judge(), What::complete);
  EXPECT_EQ(sut_.entries(), 1U);
}

TEST_F(CompletenessTest, AMessageJustSentKeepsNobodyWaiting) {
  round(0, 3);
  EXPECT_TRUE(sut_.entry({"t/9", "x", false}, now_));
  EXPECT_EQ(judge(), What::complete);
}

TEST_F(CompletenessTest, AMarkThatIsLateIsWaitedFor) {
  sut_.asked(now_);
  sut_.mark_sent(now_);
  pass(1'499);
  EXPECT_EQ(judge(), What::wait);
  pass(1);
  EXPECT_EQ(judge(), What::send_mark);
}

TEST_F(CompletenessTest, ABrokerThatGivesNoMarkBackLeavesADoubt) {
  sut_.asked(now_);
  for (int mark = 0; mark < kMarksMax; ++mark) {
    sut_.mark_sent(now_);
    pass(1'500);
  }
  EXPECT_EQ(judge(), What::complete);
  EXPECT_THAT(doubt(), testing::HasSubstr("access list"));
}

// As a stock Mosquitto did: 1,020, then 1,954 of 3,000 twice, since its socket took as many each time.
TEST_F(CompletenessTest, ABrokerThatDroppedOnceIsDoubtedThoughItTellsTheSameAgain) {
  round(0, 1'020);
  EXPECT_EQ(judge(), What::ask_again);
  round(0, 1'954);
  EXPECT_EQ(judge(), What::ask_again);
  round(0, 1'954);
  EXPECT_EQ(judge(), What::complete);
  EXPECT_NE(doubt(), "");
  EXPECT_EQ(sut_.judge(now_, 1'954).doubt, "") << "they say themselves that these are all";
}

TEST_F(CompletenessTest, ADroppedMarkMeansDroppedEntries) {
  sut_.asked(now_);
  sut_.mark_sent(now_);
  hears(0, 5);
  pass(1'500);
  sut_.mark_sent(now_);
  sut_.mark_heard(2, now_);
  EXPECT_EQ(judge(), What::wait);  // the first may only be late
  pass(1'500);
  EXPECT_EQ(judge(), What::ask_again);
  round(0, 8);
  EXPECT_EQ(judge(), What::ask_again);  // now with what was dropped; are these all?
  round(0, 8);
  EXPECT_EQ(judge(), What::complete);
  EXPECT_NE(doubt(), "");
}

TEST_F(CompletenessTest, WhereBrokersStopAllIsAskedForTwice) {
  round(0, kAskedTwiceFrom);
  EXPECT_EQ(judge(), What::ask_again);
  round(0, 1'000);
  EXPECT_EQ(judge(), What::complete);
  EXPECT_EQ(doubt(), "");
}

TEST_F(CompletenessTest, TenThousandAreAskedForOnce) {
  round(0, 10'000);
  EXPECT_EQ(judge(), What::complete);
  EXPECT_EQ(doubt(), "");
}

TEST_F(CompletenessTest, OthersEachTimeLeaveADoubt) {
  for (int asking = 0; asking < kRoundsMax; ++asking) {
    round(0, 1'000 + 10 * asking);
    EXPECT_EQ(judge(), asking + 1 < kRoundsMax ? What::ask_again : What::complete);
  }
  EXPECT_NE(doubt(), "");
}

TEST_F(CompletenessTest, WhatExpiredMeanwhileLeavesNoDoubt) {
  round(0, 1'001);
  EXPECT_EQ(judge(), What::ask_again);
  round(0, 1'000);
  EXPECT_EQ(judge(), What::ask_again);
  round(0, 1'000);
  EXPECT_EQ(judge(), What::complete);
  EXPECT_EQ(doubt(), "");
}

TEST_F(CompletenessTest, WhereTheEntriesSayHowManyThereAreThatDecides) {
  round(0, 2'000);
  EXPECT_EQ(judge(2'000), What::complete);
  EXPECT_EQ(judge(2'001), What::ask_again);
}

TEST_F(CompletenessTest, WhatIsSentAgainUnchangedIsNoNews) {
  round(0, 3);
  EXPECT_FALSE(sut_.entry({"t/1", "x", true}, now_));
  EXPECT_TRUE(sut_.entry({"t/1", "y", true}, now_));
  EXPECT_TRUE(sut_.entry({"t/1", "y", false}, now_));
}

TEST_F(CompletenessTest, AMarkOfAnEarlierAskingIsNone) {
  sut_.asked(now_);
  sut_.mark_sent(now_);
  sut_.asked(now_);
  sut_.mark_sent(now_);
  sut_.mark_heard(1, now_);
  pass(20);
  EXPECT_EQ(judge(), What::wait);
}

}  // namespace
}  // namespace muster::transport
