#include <gmock/gmock.h>

#include <regex>
#include <set>

#include "tests/tidy/scanner.hpp"
#include "tests/tidy/tree.hpp"

namespace muster::tidy {
namespace {

TEST(LayoutTest, TopLevelHoldsOnlyWhatBelongsThere) {
  const std::set<std::string> allowed{"CHANGELOG.md",
                                      "CMakeLists.txt",
                                      "CMakePresets.json",
                                      "CONTRIBUTING.md",
                                      "LICENSE",
                                      "README.md",
                                      "config",
                                      "debian",
                                      "docs",
                                      "node-agent",
                                      "orchestrator",
                                      "plugins",
                                      "proto",
                                      "quickstart",
                                      "run-tests",
                                      "tests"};
  for (const auto& file : files()) {
    const auto entry = file.path.substr(0, file.path.find('/'));
    EXPECT_TRUE(entry.starts_with('.') || allowed.contains(entry)) << file.path;
  }
}

// The nearest CMakeLists.txt at or above the file that names it.
bool is_built(const File& source) {
  const std::filesystem::path path = source.path;
  for (auto folder = path.parent_path();; folder = folder.parent_path()) {
    const auto* list = find((folder / "CMakeLists.txt").string());
    const auto name = path.lexically_relative(folder.empty() ? "." : folder).string();
    if (list != nullptr && list->text.find(name) != std::string::npos) return true;
    if (folder.empty()) return false;
  }
}

TEST(LayoutTest, EverySourceIsBuilt) {
  for (const auto& file : files())
    EXPECT_TRUE(!file.has_suffix(".cpp") || is_built(file) ||
                file.path.rfind("config/cmake/", 0) == 0)
        << file.path << " stands in no CMakeLists.txt";
}

TEST(LayoutTest, EveryTestIsASentence) {
  static const std::regex name(R"(^TEST(?:_F)?\((\w+), (\w+)\))");
  for (const auto& file : files())
    if (file.below("tests/") && file.is_cpp())
      for (const auto& line : lines_of(file.text))
        if (std::smatch match; std::regex_search(line, match, name)) {
          EXPECT_TRUE(match[2].length() >= 8 && match[2].str().find('_') == std::string::npos)
              << file.path << ": " << match[2] << " says too little";
        }
}

TEST(LayoutTest, TestsThatStartThreadsRunUnderTheThreadSanitizer) {
  for (const auto& file : files()) {
    if (!(file.below("tests/unit/") || file.below("tests/integration/"))) continue;
    if (!file.has_suffix("_test.cpp")) continue;
    const auto includes = includes_in(file.text);
    const auto has = [&](const char* header) {
      return std::find(includes.begin(), includes.end(), header) != includes.end();
    };
    if (!has("thread") && !has("future")) continue;
    const auto folder = std::filesystem::path(file.path).parent_path();
    const auto* list = find((folder / "CMakeLists.txt").string());
    EXPECT_TRUE(list == nullptr || list->text.find("THREADS") != std::string::npos)
        << file.path << " starts threads; say THREADS in its muster_test()";
  }
}

TEST(LayoutTest, EveryPageHasOneTitle) {
  for (const auto& file : files()) {
    if (!file.has_suffix(".md")) continue;
    int titles = 0;
    bool in_code = false;
    for (const auto& line : lines_of(file.text)) {
      if (line.starts_with("```")) in_code = !in_code;
      titles += !in_code && line.starts_with("# ") ? 1 : 0;
    }
    EXPECT_EQ(titles, 1) << file.path;
  }
}

}  // namespace
}  // namespace muster::tidy
