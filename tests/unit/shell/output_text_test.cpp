#include "plugins/agents/shell/output_text.hpp"

#include <gtest/gtest.h>

namespace muster::plugins::shell {
namespace {

TEST(OutputTextTest, TextIsCutBetweenCharactersAndTheRestCounted) {
  struct Case {
    std::string bytes;
    std::size_t max_bytes;
    std::string text;
    std::size_t left_out;
  };
  const Case cases[] = {{"", 10, "", 0},
                        {"hello", 5, "hello", 0},
                        {"hello", 4, "hell", 1},
                        {"a€b", 4, "a€", 1},
                        {"a€b", 3, "a", 4},
                        {"a\xFF"
                         "b",
                         10,
                         "a\xEF\xBF\xBD"
                         "b",
                         0},
                        {"\xFF\xFF", 5, "\xEF\xBF\xBD", 1},
                        {std::string("a\0b", 3), 10, std::string("a\0b", 3), 0}};
  for (const auto& each : cases) {
    const auto out = output_text(each.bytes, each.max_bytes);
    EXPECT_EQ(out.text, each.text) << each.bytes;
    EXPECT_EQ(out.left_out, each.left_out) << each.bytes;
  }
}

TEST(OutputTextTest, TheBeginningOfACharacterWaitsForItsRest) {
  const std::pair<std::string, std::size_t> cases[] = {
      {"", 0},
      {"abc", 3},
      {"ab\xE2", 2},
      {"ab\xE2\x82", 2},
      {"ab\xE2\x82\xAC", 5},
      {"ab\xF0\x9F\x98", 2},
      {"ab\xFF", 3},               // begins nothing
      {"ab\x80\x80\x80\x80", 6}};  // no beginning at all
  for (const auto& [bytes, whole] : cases) EXPECT_EQ(whole_characters(bytes), whole) << bytes;
}

}  // namespace
}  // namespace muster::plugins::shell
