#include "plugins/notifiers/utf8.hpp"

#include <gtest/gtest.h>

namespace muster::notifiers {
namespace {

TEST(Utf8Test, GoodTextStaysAsItIs) {
  const std::string text = "Grüße, 世界 🎉\n\tend";
  EXPECT_EQ(clean_utf8(text, Lines::keep), text);
}

TEST(Utf8Test, LineEndsOfEveryKindBecomeOne) {
  EXPECT_EQ(clean_utf8("a\r\nb\rc\nd", Lines::keep), "a\nb\nc\nd");
}

TEST(Utf8Test, JoinedTextIsOneLine) {
  EXPECT_EQ(clean_utf8("a\r\nBcc: x\n\tb", Lines::join), "a Bcc: x  b");
}

TEST(Utf8Test, ControlCharactersAndBrokenBytesAreReplaced) {
  const std::string r = "\xEF\xBF\xBD";
  EXPECT_EQ(clean_utf8(std::string("a\0b\x1b\x7f", 5), Lines::keep), "a" + r + "b" + r + r);
  EXPECT_EQ(clean_utf8("\xC2\x9B", Lines::keep), r) << "a terminal's control character";
  EXPECT_EQ(clean_utf8("\xC3(", Lines::keep), r + "(") << "cut off";
  EXPECT_EQ(clean_utf8("\xC0\xAF", Lines::keep), r + r) << "overlong";
  EXPECT_EQ(clean_utf8("\xED\xA0\x80", Lines::keep), r + r + r) << "surrogate";
  EXPECT_EQ(clean_utf8("\xF4\x90\x80\x80", Lines::keep), r + r + r + r) << "beyond Unicode";
  EXPECT_EQ(clean_utf8("\xEF\xBF\xBF", Lines::keep), r) << "no character";
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
}  // namespace muster::notifiers
