#include "plugins/notifiers/utf8.hpp"

#include <gtest/gtest.h>

namespace muster::notifiers {
namespace {

TEST(MessageUtf8Test, APrefixEndsBetweenCharacters) {
  EXPECT_EQ(utf8_prefix("aü", 2), "a");
  EXPECT_EQ(utf8_prefix("aü", 3), "aü");
  EXPECT_EQ(utf8_prefix("🎉", 3), "");
}

TEST(MessageUtf8Test, ACutTextSaysHowMuchIsMissing) {
  EXPECT_EQ(cut_utf8("abcdef", 4), "abcd\n… 2 more bytes left out");
  EXPECT_EQ(cut_utf8("abcd", 4), "abcd");
}

}  // namespace
}  // namespace muster::notifiers
