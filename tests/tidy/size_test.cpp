#include <gmock/gmock.h>

#include "tests/tidy/scanner.hpp"
#include "tests/tidy/tree.hpp"

namespace muster::tidy {
namespace {

constexpr std::size_t kFileMaxLines = 400;
constexpr std::size_t kFunctionMaxLines = 70;

TEST(SizeTest, NoFileIsLong) {
  for (const auto& file : files())
    EXPECT_TRUE(!file.is_code() || lines_of(file.text).size() <= kFileMaxLines)
        << file.path << " is longer than " << kFileMaxLines
        << " lines: it does more than one thing";
}

TEST(SizeTest, NoFunctionIsLong) {
  std::size_t seen = 0;
  for (const auto& file : files()) {
    if (!file.is_cpp()) continue;
    for (const auto& function : functions_in(file.text)) {
      ++seen;
      EXPECT_LE(function.lines, kFunctionMaxLines)
          << file.path << ":" << function.line << ": a function of " << function.lines << " lines";
    }
  }
  EXPECT_GT(seen, 100U) << "the scanner finds no functions any more";
}

}  // namespace
}  // namespace muster::tidy
