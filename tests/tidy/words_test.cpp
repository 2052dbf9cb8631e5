#include <gmock/gmock.h>

#include <regex>

#include "tests/tidy/tree.hpp"

namespace muster::tidy {
namespace {

TEST(WordsTest, NothingIsPutOff) {
  // Put together here, so that this file does not find itself.
  const std::regex put_off(
      "\\b(TO"
      "DO|FIX"
      "ME|XX"
      "X|HA"
      "CK)\\b");
  for (const auto& file : files()) {
    if (!file.is_code()) continue;
    std::size_t number = 0;
    for (const auto& line : lines_of(file.text)) {
      ++number;
      EXPECT_FALSE(std::regex_search(line, put_off)) << file.path << ":" << number << ": " << line;
    }
  }
}

TEST(WordsTest, LinesEndCleanly) {
  for (const auto& file : files()) {
    if (!file.is_code() || file.text.empty()) continue;
    EXPECT_EQ(file.text.back(), '\n') << file.path << " does not end with a newline";
    EXPECT_EQ(file.text.find(" \n"), std::string::npos)
        << file.path << " has blanks at the end of a line";
    EXPECT_EQ(file.text.find('\r'), std::string::npos) << file.path << " has carriage returns";
  }
}

}  // namespace
}  // namespace muster::tidy
