#include "orchestrator/cli/render/wrap.hpp"

#include <gtest/gtest.h>

namespace muster::cli::render {
namespace {

TEST(WrapTest, LinesStayWithinTheColumns) {
  EXPECT_EQ(wrapped("one two three", 2, 9), "  one two\n  three\n");
  EXPECT_EQ(wrapped("one\ntwo", 1, 40), " one\n two\n");
  EXPECT_EQ(wrapped("unbreakable", 2, 5), "  unbreakable\n");
  EXPECT_EQ(wrapped("", 2, 5), "");
  EXPECT_EQ(wrapped("a\x1b[1m", 0, 40), "a\\x1b[1m\n");
}

TEST(WrapTest, ALabelStandsBeforeItsText) {
  EXPECT_EQ(labelled(" a", "one two", 4, 8), " a  one\n    two\n");
  EXPECT_EQ(labelled(" long", "one", 4, 8), " long\n    one\n");
}

}  // namespace
}  // namespace muster::cli::render
