#include "orchestrator/cli/render/table.hpp"

#include <gtest/gtest.h>

#include "orchestrator/cli/render/text.hpp"
#include "tests/unit/cli/render/plain_style.hpp"

namespace muster::cli::render {
namespace {

const Style kColour(true);

TEST(TableTest, ColumnsAreAsWideAsTheirWidestCell) {
  const auto lines =
      table({"NODE", "STATE"}, {{{"n1.de"}, {"ok"}}, {{"n"}, {"failed"}}}, kPlain, 80);
  EXPECT_EQ(lines, (std::vector<std::string>{"NODE   STATE", "n1.de  ok", "n      failed"}));
}

TEST(TableTest, TheLastColumnIsCutAtTheScreensEdge) {
  const auto lines = table({"NODE", "REASON"}, {{{"n1"}, {"no master is online"}}}, kPlain, 16);
  EXPECT_EQ(lines[1], "n1    no master…");
  EXPECT_LE(width(lines[1]), 16U);
}

TEST(TableTest, NothingGoesBeyondAVeryNarrowScreen) {
  for (std::size_t columns = 1; columns < 30; ++columns)
    for (const auto& line : table({"NODE", "STATE", "REASON"},
                                  {{{"n1.de"}, {"ok"}, {"long reason"}}}, kPlain, columns))
      EXPECT_LE(width(line), columns);
}

TEST(TableTest, ColourDoesNotCountAsWidth) {
  const auto lines = table({"STATE", "X"}, {{{"ok", Ink::green}, {"1"}}}, kColour, 80);
  EXPECT_EQ(lines[1], "\x1b[32mok\x1b[0m     1");
}

}  // namespace
}  // namespace muster::cli::render
