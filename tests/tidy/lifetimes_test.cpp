// What neither GCC 12 nor clang-tidy 14 finds: a loop over a part of something that ends before the first round.
// GCC 13's -Wdangling-reference does, for some.
#include <gmock/gmock.h>

#include <regex>
#include <string>

#include "tests/tidy/scanner.hpp"
#include "tests/tidy/tree.hpp"

namespace muster::tidy {
namespace {

// Of `for (… : RANGE)`, without what stands in its parentheses and braces; empty for other loops. `text` begins behind
// the "for (".
std::string range_of(std::string_view text) {
  int depth = 1;
  bool ranges = false;
  std::string range;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == ')' || c == '}' || c == ']') --depth;
    if (depth == 0) return range;
    if (ranges && depth == 1) range += c;
    if (c == '(' || c == '{' || c == '[') ++depth;
    const bool colon = c == ':' && text[at - 1] != ':' && text.substr(at + 1, 1) != ":";
    if (colon && depth == 1) ranges = true;
  }
  return "";
}

// "f().g()", "f()->list": what f gives may be gone when the loop begins, and from here nobody sees whether it is a value.
// It gets a name in front of the loop, but for members of ours that give references.
bool may_dangle(const std::string& range) {
  static const std::regex gives_references(
      R"(\b(at|front|back|ddl|find|endorsements|spool|fleet|masters|nodes|bans|operators)\(\)\s*(\.|->))");
  static const std::regex part_of_a_call(R"(\)\s*(\.|->))");
  return std::regex_search(std::regex_replace(range, gives_references, "$1 "), part_of_a_call);
}

std::vector<std::string> dangling_loops(std::string_view code) {
  std::vector<std::string> found;
  const auto text = without_literals(code);
  constexpr std::string_view kLoop = "for (";
  for (auto at = text.find(kLoop); at != std::string::npos; at = text.find(kLoop, at + 1)) {
    auto range = range_of(std::string_view(text).substr(at + kLoop.size()));
    if (may_dangle(range)) found.push_back(std::move(range));
  }
  return found;
}

TEST(LifetimesTest, NoLoopRunsOverAPartOfSomethingThatHasEnded) {
  for (const auto& file : files()) {
    if (!file.is_cpp()) continue;
    for (const auto& range : dangling_loops(file.text))
      ADD_FAILURE() << file.path << ": give" << range << " a name in front of the loop";
  }
}

TEST(LifetimesTest, SuchALoopIsFound) {
  EXPECT_EQ(
      dangling_loops("for (const auto& [n, v] : nodes.front().value(a, b).items()) f();\n").size(),
      1U);
  EXPECT_EQ(dangling_loops("for (auto& agent : current()->agents) f();\n").size(), 1U);
  EXPECT_EQ(dangling_loops("for (auto x : read(file).value().parts()) f();\n").size(), 1U);
  EXPECT_EQ(dangling_loops("for (auto& x : json.at(name).items()) f();\n").size(), 0U);
  EXPECT_EQ(dangling_loops("for (auto& x : names()) f();\n").size(), 0U);
  EXPECT_EQ(dangling_loops("for (int i = f().g(); i < 3; ++i) f();\n").size(), 0U);
}

// Maps in another order each time: see envelope::pack().
TEST(LifetimesTest, MessagesArePackedInOnePlace) {
  for (const auto& file : files()) {
    if (!file.is_cpp() || file.below("tests/") || file.below("proto/envelope/")) continue;
    EXPECT_EQ(file.text.find("Serialize"
                             "AsString"),
              std::string::npos)
        << file.path << ": use envelope::pack()";
  }
}

}  // namespace
}  // namespace muster::tidy
