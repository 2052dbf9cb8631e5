// What `tests/sim/mutate` takes away to show that the simulation finds faults. That takes a while; a patch that has rotted, or
// names no promise, would find nothing.
#include <gmock/gmock.h>

#include "tests/tidy/patches.hpp"
#include "tests/tidy/scanner.hpp"

namespace muster::tidy {
namespace {

constexpr auto kMutations = "tests/sim/without/";
constexpr std::size_t kMutationsLeast = 10;

std::vector<const File*> mutations() {
  std::vector<const File*> all;
  for (const auto& file : files())
    if (file.below(kMutations)) all.push_back(&file);
  return all;
}

bool says(const File& file, std::string_view what) {
  for (const auto& line : lines_of(file.text))
    if (line.starts_with(what) && line.size() > what.size()) return true;
  return false;
}

TEST(MutationsTest, ThereAreEnoughAndEachSaysWhatIsAwayAndWhatBreaks) {
  EXPECT_GE(mutations().size(), kMutationsLeast);
  for (const auto* file : mutations()) {
    EXPECT_TRUE(file->has_suffix(".patch")) << file->path << " is tried by nobody";
    EXPECT_TRUE(says(*file, "Without: ")) << file->path;
    EXPECT_TRUE(says(*file, "Breaks: ")) << file->path;
  }
}

TEST(MutationsTest, EachStillApplies) {
  for (const auto* file : mutations()) EXPECT_EQ(why_it_does_not_apply(*file), "") << file->path;
}

// What is played is not what is to be found wanting.
TEST(MutationsTest, EachChangesTheProductAlone) {
  for (const auto* file : mutations()) {
    EXPECT_FALSE(files_changed_by(*file).empty()) << file->path;
    for (const auto& path : files_changed_by(*file)) {
      EXPECT_FALSE(path.starts_with("tests/") || path.starts_with("docs/"))
          << file->path << " changes " << path;
      EXPECT_TRUE(path.ends_with(".cpp"))
          << file->path << " changes " << path << ", which is not compiled by itself";
    }
  }
}

}  // namespace
}  // namespace muster::tidy
