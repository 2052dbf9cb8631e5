#include "orchestrator/cli/render/text.hpp"

#include <gtest/gtest.h>

namespace muster::cli::render {
namespace {

using namespace std::chrono_literals;

TEST(WidthTest, CountsCharactersNotBytes) {
  EXPECT_EQ(width("Zürich"), 6U);
  EXPECT_EQ(pad("ü", 3), "ü  ");
  EXPECT_EQ(pad_left("ü", 3), "  ü");
}

TEST(WidthTest, EscapesCountAsTheyAreShown) {
  EXPECT_EQ(width(one_line("\x1b\u202e")), 10U) << "\\x1b\\u202e";
}

TEST(CutTest, ShortensWithAnEllipsisAtACharacter) {
  EXPECT_EQ(cut("Zürich", 6), "Zürich");
  EXPECT_EQ(cut("Zürich", 3), "Zü…");
  EXPECT_EQ(cut("Zürich", 0), "");
}

TEST(DurationTest, ReadsAsPeopleSayIt) {
  EXPECT_EQ(duration(-5ms), "0 ms");
  EXPECT_EQ(duration(999ms), "999 ms");
  EXPECT_EQ(duration(12'345ms), "12.3 s");
  EXPECT_EQ(duration(59'999ms), "59.9 s");
  EXPECT_EQ(duration(125s), "2 min 05 s");
  EXPECT_EQ(duration(187min), "3 h 07 min");
}

TEST(InColumnsTest, SortsAndFillsLines) {
  EXPECT_EQ(in_columns({"n3", "n1", "n2"}, 90), "   n1                            n2\n   n3\n")
      << "two columns of 30 fit beside the margin";
}

TEST(InColumnsTest, ANameWiderThanTheScreenStillGetsALine) {
  const std::string name(200, 'n');
  EXPECT_EQ(in_columns({name}, 20), "   " + name + "\n");
}

TEST(ValueTextTest, TextIsBareAndTheRestIsJson) {
  EXPECT_EQ(value_text("a"), "a");
  EXPECT_EQ(value_text(3), "3");
  EXPECT_EQ(value_text(Value::array({1})), "[\n  1\n]");
}

}  // namespace
}  // namespace muster::cli::render
