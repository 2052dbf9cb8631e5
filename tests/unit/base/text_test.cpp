#include "proto/base/text.hpp"

#include <gmock/gmock.h>

namespace muster::base {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(BaseTextTest, BlanksAreTakenOffBothEnds) {
  EXPECT_EQ(trimmed(" \t a b\r\n"), "a b");
  EXPECT_EQ(trimmed("a"), "a");
  EXPECT_EQ(trimmed(" \n"), "");
  EXPECT_EQ(trimmed(""), "");
  EXPECT_EQ(trimmed("\ta ", " "), "\ta");
}

TEST(BaseTextTest, LowerIsForAsciiAlone) {
  EXPECT_EQ(lower("AbZ09-[Ü"), "abz09-[Ü");
}

TEST(BaseTextTest, WordsAreWhatStandsBetweenBlanks) {
  EXPECT_THAT(words_of("  a\t b\n"), ElementsAre("a", "b"));
  EXPECT_THAT(words_of(" a\tb  c", " "), ElementsAre("a\tb", "c"));
  EXPECT_THAT(words_of(" \t"), IsEmpty());
  EXPECT_THAT(words_of(""), IsEmpty());
}

TEST(BaseTextTest, TheLastLineIsThatBeforeTheLineFeedsAtTheEnd) {
  EXPECT_EQ(last_line("one\ntwo\n\n"), "two");
  EXPECT_EQ(last_line("one"), "one");
  EXPECT_EQ(last_line("\n\n"), "");
  EXPECT_EQ(last_line(""), "");
}

}  // namespace
}  // namespace muster::base
