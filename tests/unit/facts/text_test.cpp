#include "plugins/facts/text.hpp"

#include <gmock/gmock.h>

#include "tests/support/fakes/temp_folder.hpp"

namespace muster::facts {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(TextTest, SizesAreWrittenAsFacterDoes) {
  EXPECT_EQ(human_bytes(0), "0 bytes");
  EXPECT_EQ(human_bytes(1024), "1.00 KiB");
  EXPECT_EQ(human_bytes(25276502016.0), "23.54 GiB");
}

TEST(TextTest, LinesAndWordsAreTakenApart) {
  std::vector<std::string> lines;
  for_each_line("a\n\nb", [&](std::string_view line) { lines.emplace_back(line); });
  EXPECT_THAT(lines, ElementsAre("a", "", "b"));
  EXPECT_THAT(words_of("  a\t b "), ElementsAre("a", "b"));
  EXPECT_THAT(words_of(" "), IsEmpty());
}

TEST(TextTest, AssignmentsLoseTheirQuotes) {
  const fakes::TempFolder folder;
  const auto found =
      read_assignments(folder.write("f", "A=1\nB=\"two words\"\nC='x'\n#D=4\nnonsense\n"));
  EXPECT_EQ(found.at("A"), "1");
  EXPECT_EQ(found.at("B"), "two words");
  EXPECT_EQ(found.at("C"), "x");
  EXPECT_EQ(found.size(), 3U);
}

}  // namespace
}  // namespace muster::facts
