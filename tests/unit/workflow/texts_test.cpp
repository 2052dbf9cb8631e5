#include "orchestrator/workflow/texts.hpp"

#include <gmock/gmock.h>

namespace muster::workflow {
namespace {

TEST(TextsTest, ATextWithoutOthersStaysAsItIs) {
  EXPECT_EQ(join_texts({"name: w", {}}), "name: w");
  EXPECT_EQ(split_texts("name: w").main, "name: w");
  EXPECT_TRUE(split_texts("name: w").inner.empty());
}

TEST(TextsTest, WhatWasJoinedComesApartByItsNames) {
  const auto whole = join_texts({"name: w", {{"dns.yaml", "name: dns\n"}, {"a/b.yaml", "x: 1"}}});
  EXPECT_EQ(whole, "name: w\n--- # file: dns.yaml\nname: dns\n--- # file: a/b.yaml\nx: 1\n");
  const auto texts = split_texts(whole);
  EXPECT_EQ(texts.main, "name: w\n");
  ASSERT_NE(texts.find("dns.yaml"), nullptr);
  EXPECT_EQ(*texts.find("dns.yaml"), "name: dns\n");
  ASSERT_NE(texts.find("a/b.yaml"), nullptr);
  EXPECT_EQ(*texts.find("a/b.yaml"), "x: 1\n");
  EXPECT_EQ(texts.find("b.yaml"), nullptr);
}

TEST(TextsTest, AMarkThatIsCutShortNamesAnEmptyText) {
  const auto texts = split_texts("name: w\n--- # file: x");
  ASSERT_NE(texts.find("x"), nullptr);
  EXPECT_EQ(*texts.find("x"), "");
}

TEST(TextsTest, WhatWouldEndATextCannotStandInOne) {
  EXPECT_TRUE(check_joinable("a.yaml", "x: '--- # file: '"));
  EXPECT_FALSE(check_joinable("a.yaml", "x: 1\n--- # file: b.yaml\n"));
  EXPECT_FALSE(check_joinable("a.yaml", "--- # file: b.yaml\n"));
  EXPECT_FALSE(check_joinable("a\nb", "x: 1"));
}

}  // namespace
}  // namespace muster::workflow
