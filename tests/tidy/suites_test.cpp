#include <gmock/gmock.h>

#include <map>
#include <regex>

#include "tests/tidy/tree.hpp"

namespace muster::tidy {
namespace {

// Unit tests of all folders are one program in the fast preset, where GoogleTest fails every case of a suite whose
// name another fixture has.
TEST(SuitesTest, ASuitesNameBelongsToOneFolder) {
  const std::regex beginning("^TEST(_F|_P)?\\((\\w+),");
  std::map<std::string, std::string> folders;
  for (const auto& file : files()) {
    if (!file.below("tests/unit/") || !file.has_suffix(".cpp")) continue;
    const auto folder = file.path.substr(0, file.path.rfind('/'));
    std::smatch match;
    for (const auto& line : lines_of(file.text)) {
      if (!std::regex_search(line, match, beginning)) continue;
      const auto [known, added] = folders.emplace(match[2], folder);
      EXPECT_EQ(known->second, folder) << file.path << ": " << match[2] << " is a suite there too";
    }
  }
  EXPECT_GT(folders.size(), 200U);
}

}  // namespace
}  // namespace muster::tidy
