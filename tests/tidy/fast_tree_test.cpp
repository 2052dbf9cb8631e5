// The fast tree makes one program of most unit tests: what is said of one of them alone would find no target there.
#include <gmock/gmock.h>

#include <regex>

#include "tests/tidy/tree.hpp"

namespace muster::tidy {
namespace {

// Test programs of that text that have something of their own, and are not by themselves in every tree.
std::vector<std::string> not_alone(const std::string& cmake) {
  static const std::regex declared(R"(muster_test\(NAME (\w+)([^)]*)\))");
  static const std::regex by_itself(R"(\b(ALONE|SERIAL|TIMEOUT)\b)");
  std::vector<std::string> found;
  for (std::sregex_iterator at(cmake.begin(), cmake.end(), declared), end; at != end; ++at) {
    const auto name = (*at)[1].str();
    const auto rest = (*at)[2].str();
    const std::regex own("\\btarget_\\w+\\(" + name + "\\b");
    if (std::regex_search(cmake, own) && !std::regex_search(rest, by_itself)) found.push_back(name);
  }
  return found;
}

TEST(FastTreeTest, WhatHasDefinitionsOfItsOwnIsAProgramOfItsOwn) {
  for (const auto& file : files())
    if (file.below("tests/unit/") && file.has_suffix("/CMakeLists.txt"))
      for (const auto& name : not_alone(file.text))
        ADD_FAILURE() << file.path << ": " << name << " needs ALONE";
}

TEST(FastTreeTest, WhoIsNotAloneIsFound) {
  const std::string own = "target_compile_definitions(a_test PRIVATE A)\n";
  EXPECT_THAT(not_alone("muster_test(NAME a_test LABEL unit\n  SRCS a.cpp)\n" + own),
              testing::ElementsAre("a_test"));
  EXPECT_THAT(not_alone("muster_test(NAME a_test LABEL unit ALONE SRCS a.cpp)\n" + own),
              testing::IsEmpty());
  EXPECT_THAT(not_alone("muster_test(NAME b_test LABEL unit SRCS a.cpp)\n" + own),
              testing::IsEmpty());
}

}  // namespace
}  // namespace muster::tidy
