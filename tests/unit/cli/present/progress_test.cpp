#include "orchestrator/cli/present/progress.hpp"

#include <gtest/gtest.h>

namespace muster::cli {
namespace {

using Time = std::chrono::steady_clock::time_point;

TEST(CallProgressTest, TheBarGrowsWithTheReplies) {
  Progress progress(4, 42, Time{});
  Time now = Time{} + kProgressDelay;
  EXPECT_EQ(progress.draw(0, now), "\r * [                      ] 0 / 4\x1b[K");
  EXPECT_EQ(progress.draw(2, now += kProgressInterval),
            "\r * [ =========>           ] 2 / 4\x1b[K");
  EXPECT_EQ(progress.draw(4, now += kProgressInterval),
            "\r * [ ==================== ] 4 / 4\x1b[K");
}

TEST(CallProgressTest, ItIsDrawnSeldomAndClearedOnce) {
  Progress progress(4, 80, Time{});
  const Time now = Time{} + kProgressDelay;
  EXPECT_EQ(progress.clear(), "");
  EXPECT_NE(progress.draw(1, now), "");
  EXPECT_EQ(progress.draw(2, now + kProgressInterval / 2), "");
  EXPECT_EQ(progress.clear(), "\r\x1b[K");
  EXPECT_EQ(progress.clear(), "");
  EXPECT_NE(progress.draw(3, now + kProgressInterval / 2), "") << "it was off the screen";
}

TEST(CallProgressTest, WhatIsOverAtOnceNeedsNoBar) {
  Progress progress(4, 80, Time{});
  EXPECT_EQ(progress.draw(3, Time{} + kProgressDelay - kProgressInterval), "");
  EXPECT_EQ(progress.clear(), "");
}

TEST(CallProgressTest, OnANarrowScreenNumbersMustDo) {
  Progress progress(4, 20, Time{});
  EXPECT_EQ(progress.draw(1, Time{} + kProgressDelay), "\r1 / 4\x1b[K");
}

}  // namespace
}  // namespace muster::cli
