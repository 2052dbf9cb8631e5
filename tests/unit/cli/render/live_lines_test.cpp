#include "orchestrator/cli/render/live_lines.hpp"

#include <gtest/gtest.h>

namespace muster::cli::render {
namespace {

TEST(LiveLinesTest, TheFirstFrameIsJustTheLines) {
  LiveLines lines;
  EXPECT_EQ(lines.show({"a", "b"}, 24), "a\x1b[K\nb\x1b[K\n");
}

TEST(LiveLinesTest, NothingChangedMeansNothingWritten) {
  LiveLines lines;
  lines.show({"a", "b"}, 24);
  EXPECT_EQ(lines.show({"a", "b"}, 24), "");
}

TEST(LiveLinesTest, OnlyWhatChangedIsDrawn) {
  LiveLines lines;
  lines.show({"a", "b", "c"}, 24);
  EXPECT_EQ(lines.show({"a", "B", "c"}, 24), "\x1b[2AB\x1b[K\n\n");
}

TEST(LiveLinesTest, NewLinesAreAddedBelow) {
  LiveLines lines;
  lines.show({"a"}, 24);
  EXPECT_EQ(lines.show({"a", "b"}, 24), "b\x1b[K\n");
}

TEST(LiveLinesTest, LinesThatWentAreWipedOut) {
  LiveLines lines;
  lines.show({"a", "b"}, 24);
  EXPECT_EQ(lines.show({"a"}, 24), "\x1b[1A\x1b[K\n");
}

TEST(LiveLinesTest, WhatDoesNotFitTheScreenIsCounted) {
  LiveLines lines;
  const auto text = lines.show({"1", "2", "3", "4", "5"}, 4);
  EXPECT_EQ(text, "1\x1b[K\n2\x1b[K\n… and 3 more; 'muster provision list' shows all\x1b[K\n");
}

}  // namespace
}  // namespace muster::cli::render
