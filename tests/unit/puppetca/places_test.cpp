#include "plugins/agents/puppetca/places.hpp"

#include <gtest/gtest.h>

namespace muster::plugins::puppetca {
namespace {

using namespace std::chrono_literals;

class PlacesTest : public testing::Test {
 protected:
  static constexpr std::size_t kMost = 10;

  std::size_t lend(const std::string& caller, std::size_t in_flight, bool more = true) {
    return places_.lend({caller, in_flight, more, kMost}, now_);
  }

  std::chrono::steady_clock::time_point now_;
  Places places_;
};

TEST_F(PlacesTest, WhoAsksAloneMayHaveAll) {
  EXPECT_EQ(lend("o1", 0), kMost);
  EXPECT_EQ(lend("o1", 7), kMost);
}

TEST_F(PlacesTest, TwoNeverHaveMoreThanThereAreAndShareThemInTheEnd) {
  EXPECT_EQ(lend("o1", 0), kMost);
  EXPECT_EQ(lend("o2", 0), 0U) << "the other may have begun with all of them";
  EXPECT_EQ(lend("o1", 10), 5U) << "nobody is sent away, and nobody new comes";
  EXPECT_EQ(lend("o2", 0), 0U);
  EXPECT_EQ(lend("o1", 7), 5U);
  EXPECT_EQ(lend("o2", 0), 3U);
  EXPECT_EQ(lend("o1", 2), 5U);
  EXPECT_EQ(lend("o2", 3), 5U);
  EXPECT_EQ(lend("o1", 5), 5U);
}

// A question that the server held up is answered after a later one, by which the caller goes since.
TEST_F(PlacesTest, AQuestionThatWasOvertakenChangesNothing) {
  EXPECT_EQ(places_.lend({"o1", 0, true, kMost, 2'000}, now_), kMost);
  EXPECT_EQ(places_.lend({"o1", 0, false, kMost, 1'000}, now_), kMost);
  EXPECT_EQ(lend("o2", 0), 0U) << "o1 may have begun with all of them";
  now_ += kPlacesLentFor;
  EXPECT_EQ(places_.lend({"o1", 0, true, kMost, 1'000}, now_), kMost) << "its clock was set";
}

// It had forgotten whom it had lent them, and both have all by now: they came down to what there is never again.
TEST_F(PlacesTest, WhoHasTooManyAfterARestartBeginsNoneUntilTheyAreFewer) {
  EXPECT_EQ(lend("o1", 10), kMost);
  EXPECT_EQ(lend("o2", 10), 0U);
  EXPECT_EQ(lend("o1", 10), 0U);
  EXPECT_EQ(lend("o2", 9), 0U);
  EXPECT_EQ(lend("o2", 0), 0U);
  EXPECT_EQ(lend("o1", 10), 5U);
}

TEST_F(PlacesTest, WhoWantsNoMoreKeepsWhatItHasAndLeavesTheRest) {
  lend("o1", 0);
  EXPECT_EQ(lend("o1", 2, false), 2U);
  EXPECT_EQ(lend("o2", 0), 8U) << "it alone wants more";
}

TEST_F(PlacesTest, WhatNobodyAsksForAgainIsTheOthers) {
  lend("o1", 10);
  now_ += kPlacesLentFor - 1s;
  EXPECT_EQ(lend("o2", 0), 0U);
  now_ += 1s;
  EXPECT_EQ(lend("o2", 0), kMost);
}

TEST_F(PlacesTest, MoreAskersThanPlacesGetOneEachAsLongAsThereAreAny) {
  std::size_t lent = 0;
  for (std::size_t i = 0; i < 2 * kMost; ++i) {
    const auto got = lend("o" + std::to_string(i), 0);
    lent += got;
    if (i > 0) {
      EXPECT_LE(got, kMost / 2);
    }
  }
  EXPECT_LE(lent, kMost);
}

}  // namespace
}  // namespace muster::plugins::puppetca
