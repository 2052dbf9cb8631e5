// debian/ says the same as the tree that it packs.
#include <gmock/gmock.h>

#include <regex>
#include <set>
#include <sstream>

#include "tests/tidy/tree.hpp"

namespace muster::tidy {
namespace {

const std::string& text_of(const char* path) {
  static const std::string missing;
  const auto* file = find(path);
  EXPECT_NE(file, nullptr) << path;
  return file == nullptr ? missing : file->text;
}

// What config/packages lists under "# building" and "# libraries".
std::set<std::string> needed_to_build() {
  std::set<std::string> packages;
  bool wanted = false;
  std::istringstream lines(text_of("config/packages"));
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("#")) wanted = line == "# building" || line == "# libraries";
    if (wanted && !line.empty() && !line.starts_with("#")) packages.insert(line);
  }
  return packages;
}

std::set<std::string> build_depends() {
  const auto& control = text_of("debian/control");
  const auto begin = control.find("Build-Depends:") + 14;
  const auto field = control.substr(begin, control.find("\n\n", begin) - begin);
  static const std::regex name(R"([a-z0-9][a-z0-9+.-]+(?= *(\(|,|\n|$)))");
  std::set<std::string> packages;
  for (std::sregex_iterator at(field.begin(), field.end(), name), end; at != end; ++at)
    packages.insert(at->str());
  packages.erase("13");  // of debhelper-compat
  return packages;
}

TEST(PackagingTest, PackagesAreBuiltWithWhatTheTreeIsBuiltWith) {
  auto wanted = needed_to_build();
  wanted.erase("ccache");  // a convenience
  wanted.insert("debhelper-compat");
  EXPECT_EQ(build_depends(), wanted);
}

TEST(PackagingTest, TheVersionIsTheProjects) {
  std::smatch version;
  const auto& lists = text_of("CMakeLists.txt");
  ASSERT_TRUE(
      std::regex_search(lists, version, std::regex(R"(project\(muster VERSION ([0-9.]+))")));
  const auto expected = "muster (" + version[1].str();
  EXPECT_TRUE(text_of("debian/changelog").starts_with(expected)) << expected;
}

}  // namespace
}  // namespace muster::tidy
