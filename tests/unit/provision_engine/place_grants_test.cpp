#include "orchestrator/provision/live/place_grants.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace muster::provision {
namespace {

using namespace std::chrono_literals;

class PlaceGrantsTest : public testing::Test {
 protected:
  PlaceGrants grants_{20};
  PlaceGrants::Time now_;
};

TEST_F(PlaceGrantsTest, AMasterThatLendsNoneHasAsManyAsItMay) {
  EXPECT_EQ(grants_.most_of("m1", now_), 20U);
  grants_.take("m1", {{"places", 3U}}, now_);
  EXPECT_EQ(grants_.most_of("m1", now_), 3U);
  grants_.take("m1", {{"running", true}}, now_);
  EXPECT_EQ(grants_.most_of("m1", now_), 20U) << "it is of another make now";
}

TEST_F(PlaceGrantsTest, WhatWasLentLongAgoIsTheOthersByNow) {
  grants_.take("m1", {{"places", 3U}}, now_);
  now_ += kGrantBelieved - 1s;
  EXPECT_EQ(grants_.most_of("m1", now_), 3U);
  now_ += 1s;
  EXPECT_EQ(grants_.most_of("m1", now_), 0U);
}

TEST_F(PlaceGrantsTest, NoMasterRaisesTheLimitAndNoneIsBelievedNonsense) {
  grants_.take("m1", {{"places", 1'000'000U}}, now_);
  EXPECT_EQ(grants_.most_of("m1", now_), 20U);
  grants_.take("m1", {{"places", -1}}, now_);
  EXPECT_EQ(grants_.most_of("m1", now_), 20U);
  grants_.take("m1", Value::array(), now_);
  EXPECT_EQ(grants_.most_of("m1", now_), 20U);
}

// The master lends the rest to others from when it hears it, and its answer may be lost.
TEST_F(PlaceGrantsTest, FromTheQuestionToItsAnswerThereIsNoPlaceMoreThanItSays) {
  grants_.take("m1", {{"places", 5}}, now_);
  grants_.take("m2", {{"places", 5}}, now_);
  (void)grants_.question({{"m1", 3}}, false, 0);
  EXPECT_EQ(grants_.most_of("m1", now_), 3U);
  EXPECT_EQ(grants_.most_of("m2", now_), 0U);
  grants_.take("m1", {{"places", 4}}, now_);
  EXPECT_EQ(grants_.most_of("m1", now_), 4U);
}

TEST_F(PlaceGrantsTest, TheQuestionSaysWhatEachHasOfOurs) {
  const auto question = grants_.question({{"m1", 3}, {"m2", 0}}, true, 7);
  EXPECT_EQ(question,
            (Value{{"in_flight", {{"m1", 3}}}, {"more", true}, {"most", 20}, {"asked_at_ms", 7}}));
}

}  // namespace
}  // namespace muster::provision
