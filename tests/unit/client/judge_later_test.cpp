#include "orchestrator/client/judge_later.hpp"

#include <gtest/gtest.h>

namespace muster::client {
namespace {

transport::Message said_on(const std::string& topic, const std::string& payload = "said") {
  return {topic, payload, false};
}

TEST(JudgeLaterTest, WhatIsTakenIsNotKeptAnyMore) {
  JudgeLater later;
  EXPECT_TRUE(later.keep("0a", said_on("ca/1")));
  const auto all = later.take_all();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all.front().topic, "ca/1");
  EXPECT_TRUE(later.take_all().empty());
}

TEST(JudgeLaterTest, OneSignerTakesNotThePlaceOfAnother) {
  JudgeLater later;
  for (std::size_t i = 0; i < kJudgedLaterOfSignerMax; ++i)
    ASSERT_TRUE(later.keep("thief", said_on("ca/" + std::to_string(i))));
  EXPECT_FALSE(later.keep("thief", said_on("ca/beyond")));
  EXPECT_TRUE(later.keep("thief", said_on("ca/0", "newer"))) << "in place of its own";
  EXPECT_TRUE(later.keep("honest", said_on("ca/0")));
  EXPECT_EQ(later.take_all().size(), kJudgedLaterOfSignerMax + 1);
}

TEST(JudgeLaterTest, AllTogetherAreSoMany) {
  JudgeLater later;
  for (std::size_t i = 0; i < kJudgedLaterMax; ++i)
    ASSERT_TRUE(later.keep(std::to_string(i), said_on("ca/0")));
  EXPECT_FALSE(later.keep("late", said_on("ca/0")));
}

}  // namespace
}  // namespace muster::client
