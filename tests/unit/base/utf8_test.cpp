#include "proto/base/utf8.hpp"

#include <gtest/gtest.h>

namespace muster::base {
namespace {

TEST(Utf8Test, CharactersOfEveryLengthAreKnown) {
  EXPECT_EQ(utf8_length("a"), 1U);
  EXPECT_EQ(utf8_length("é"), 2U);
  EXPECT_EQ(utf8_length("€"), 3U);
  EXPECT_EQ(utf8_length("😀"), 4U);
  EXPECT_EQ(utf8_length(""), 0U);
}

TEST(Utf8Test, OverlongSurrogateAndCutOffBytesAreNoCharacters) {
  for (const auto* wrong : {"\x80", "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf5\x80\x80\x80",
                            "\xc3", "\xe2\x82", "\xff"}) {
    EXPECT_EQ(utf8_length(wrong), 0U) << wrong;
    EXPECT_FALSE(is_utf8(wrong));
    EXPECT_TRUE(is_utf8(as_utf8(wrong, 100)));
  }
}

TEST(Utf8Test, EachWrongByteBecomesTheReplacementCharacter) {
  EXPECT_EQ(as_utf8("gr\xfc\xdf e", 100), "gr\uFFFD\uFFFD e");
  EXPECT_EQ(as_utf8("größe", 100), "größe");
}

TEST(Utf8Test, TextIsCutBetweenCharacters) {
  EXPECT_EQ(as_utf8("aéé", 4), "aé");
  EXPECT_EQ(as_utf8("a\xff", 3), "a");
  EXPECT_EQ(as_utf8("abc", 0), "");
}

TEST(Utf8Test, APrefixEndsBetweenCharacters) {
  EXPECT_EQ(utf8_prefix("aü", 2), "a");
  EXPECT_EQ(utf8_prefix("aü", 3), "aü");
  EXPECT_EQ(utf8_prefix("🎉", 3), "");
}

TEST(Utf8Test, ACutTextSaysHowMuchIsMissing) {
  EXPECT_EQ(cut_utf8("abcdef", 4), "abcd\n… 2 more bytes left out");
  EXPECT_EQ(cut_utf8("abcd", 4), "abcd");
}

}  // namespace
}  // namespace muster::base
