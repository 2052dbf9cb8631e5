#include "proto/security/glob.hpp"

#include <gtest/gtest.h>

#include <string>

#include "proto/base/names.hpp"

namespace muster::security {
namespace {

TEST(GlobTest, StarAndQuestionMark) {
  EXPECT_TRUE(glob_match("*", ""));
  EXPECT_TRUE(glob_match("*", "anything"));
  EXPECT_TRUE(glob_match("a*c", "abbbc"));
  EXPECT_TRUE(glob_match("a*c", "ac"));
  EXPECT_TRUE(glob_match("*a*b*", "xxaxxbxx"));
  EXPECT_TRUE(glob_match("a?c", "abc"));
  EXPECT_TRUE(glob_match("**", "x"));
  EXPECT_FALSE(glob_match("a?c", "ac"));
  EXPECT_FALSE(glob_match("a*c", "abcd"));
  EXPECT_FALSE(glob_match("", "a"));
  EXPECT_FALSE(glob_match("web", "web-1"));
  EXPECT_FALSE(glob_match("web.example", "webXexample"));
}

TEST(GlobTest, ManyStarsTakeNoExponentialTime) {
  std::string pattern;
  for (int i = 0; i < 100; ++i) pattern += "a*";
  EXPECT_FALSE(glob_match(pattern + "b", std::string(250, 'a')));
}

TEST(GlobTest, WhatCoversAPatternMatchesAllItsNames) {
  EXPECT_TRUE(glob_covers("*", "*"));
  EXPECT_TRUE(glob_covers("*", "web-1"));
  EXPECT_TRUE(glob_covers("web-*", "web-*"));
  EXPECT_TRUE(glob_covers("web-*", "web-?.de"));
  EXPECT_TRUE(glob_covers("web-*.de", "web-*-x.de"));
  EXPECT_TRUE(glob_covers("db?", "db?"));
  EXPECT_TRUE(glob_covers("db?", "db1"));
}

TEST(GlobTest, NoPatternCoversOneThatIsWider) {
  EXPECT_FALSE(glob_covers("web-*", "*"));
  EXPECT_FALSE(glob_covers("web-?", "web-*"));
  EXPECT_FALSE(glob_covers("web-1", "web-?"));
  EXPECT_FALSE(glob_covers("web-1", "web-*"));
  EXPECT_FALSE(glob_covers("*.de", "*.d?"));
  EXPECT_FALSE(glob_covers("web-*.de", "web-*"));
}

TEST(GlobTest, APatternOfIdentitiesIsNoLongerThanTheyAre) {
  EXPECT_TRUE(check_identity_glob("web?.*"));
  EXPECT_EQ(check_identity_glob("Web*").error().code, Errc::invalid_data);
  const auto status = check_identity_glob(std::string(base::kNameMaxBytes, 'a') + "*");
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, Errc::limit);
  EXPECT_NE(status.error().message.find("is 256 bytes long; the limit is 255"), std::string::npos);
}

TEST(GlobTest, OnlyAPatternWithoutWildcardsIsExact) {
  EXPECT_TRUE(glob_is_exact("web-1.de"));
  EXPECT_FALSE(glob_is_exact("web-?.de"));
  EXPECT_FALSE(glob_is_exact("*"));
}

}  // namespace
}  // namespace muster::security
