// The threat model, the attack suite and the patches that try it speak of the same attacks.
#include <gmock/gmock.h>

#include <algorithm>
#include <regex>
#include <set>

#include "tests/tidy/patches.hpp"
#include "tests/tidy/scanner.hpp"
#include "tests/tidy/tree.hpp"

namespace muster::tidy {
namespace {

constexpr auto kThreatModel = "docs/operating/THREAT_MODEL.md";
constexpr std::size_t kRowsLeast = 80;

// Every text in `file` that `pattern`'s first group finds.
std::set<std::string> found_in(const std::string& text, const char* pattern) {
  const std::regex wanted(pattern);
  std::set<std::string> all;
  for (std::sregex_iterator at(text.begin(), text.end(), wanted), end; at != end; ++at)
    all.insert((*at)[1].str() + ((*at).size() > 2 ? "." + (*at)[2].str() : ""));
  return all;
}

bool is_attack(const File& file) {
  return file.below("tests/attack/") && file.path.ends_with("_attack.cpp");
}

std::set<std::string> rows() {
  std::set<std::string> all;
  for (const auto& file : files())
    if (is_attack(file)) all.merge(found_in(file.text, R"(TEST(?:_F)?\((\w+), (\w+)\))"));
  return all;
}

TEST(AttacksTest, ThereAreEnoughOfThem) {
  EXPECT_GE(rows().size(), kRowsLeast);
}

TEST(AttacksTest, EveryAttackSaysWhoTriesWhat) {
  for (const auto& file : files())
    if (is_attack(file)) {
      const auto tests = found_in(file.text, R"(TEST(?:_F)?\((\w+), (\w+)\))").size();
      const auto told = lines_of(file.text);
      EXPECT_EQ(tests, static_cast<std::size_t>(std::count_if(
                           told.begin(), told.end(),
                           [](const auto& line) { return line.starts_with("  row("); })))
          << file.path;
    }
}

TEST(AttacksTest, EveryAttackerHasASectionInTheThreatModel) {
  const auto* model = find(kThreatModel);
  ASSERT_NE(model, nullptr);
  for (const auto& file : files())
    if (is_attack(file)) {
      for (const auto& attacker : found_in(file.text, R"rx(  row\("([^"]+)",)rx"))
        EXPECT_NE(model->text.find("\n## " + attacker + "\n"), std::string::npos)
            << file.path << ": " << attacker;
    }
}

// The points of a list, each with the lines that go on with it.
std::vector<std::string> points_of(std::string_view text) {
  std::vector<std::string> points;
  for (const auto& line : lines_of(text)) {
    if (line.starts_with("- ")) points.push_back(line);
    if (line.starts_with("  ") && !points.empty()) points.back() += line;
  }
  return points;
}

TEST(AttacksTest, EveryPointOfTheThreatModelHasARow) {
  const auto* model = find(kThreatModel);
  ASSERT_NE(model, nullptr);
  const auto known = rows();
  const auto points = points_of(model->text);
  EXPECT_GT(points.size(), 20U);
  for (const auto& point : points) {
    const auto named = found_in(point, R"(`(\w+)\.(\w+)`)");
    EXPECT_FALSE(named.empty()) << "no row stands behind: " << point;
    for (const auto& row : named) EXPECT_TRUE(known.contains(row)) << row << " is no attack";
  }
}

// What an attacker can do at worst, how it is seen, and what to do then.
TEST(AttacksTest, OfEveryAttackerTheThreatModelSaysHowItIsSeenAndWhatToDoThen) {
  const auto* model = find(kThreatModel);
  ASSERT_NE(model, nullptr);
  const auto attackers = found_in(model->text, R"(\n## ([^\n]+))");
  EXPECT_GE(attackers.size(), 10U);
  for (const auto& attacker : attackers) {
    const auto begin = model->text.find("\n## " + attacker + "\n");
    const auto section = model->text.substr(begin, model->text.find("\n## ", begin + 1) - begin);
    for (const auto* word : {"**At worst**", "**Seen**", "**Then**"})
      EXPECT_NE(section.find(word), std::string::npos) << attacker << " has no " << word;
  }
}

TEST(AttacksTest, EveryPatchNamesAttacksAndEveryAttackHasAPatch) {
  const auto known = rows();
  std::set<std::string> tried;
  for (const auto& file : files()) {
    if (!file.below("tests/attack/without/")) continue;
    const auto named = found_in(file.text, R"(Rows: (\w+)\.(\w+))");
    EXPECT_FALSE(named.empty()) << file.path << " names no attack";
    for (const auto& row : named) EXPECT_TRUE(known.contains(row)) << file.path << ": " << row;
    tried.insert(named.begin(), named.end());
  }
  for (const auto& row : known) EXPECT_TRUE(tried.contains(row)) << "no patch tries " << row;
}

// `run --mutations` tries each; that takes a while, and a patch that has rotted tries nothing.
TEST(AttacksTest, EveryPatchStillApplies) {
  std::size_t patches = 0;
  for (const auto& file : files()) {
    if (!file.below("tests/attack/without/") || !file.has_suffix(".patch")) continue;
    ++patches;
    EXPECT_EQ(why_it_does_not_apply(file), "") << file.path;
  }
  EXPECT_GE(patches, kRowsLeast / 2);
}

// A patch that changes the sources of no program, or a row itself, would let anything through.
TEST(AttacksTest, APatchTakesADefenceAwayAndNoCheck) {
  for (const auto& file : files()) {
    if (!file.below("tests/attack/without/")) continue;
    EXPECT_TRUE(file.has_suffix(".patch")) << file.path << " is tried by nobody";
    const auto changed = files_changed_by(file);
    EXPECT_FALSE(changed.empty()) << file.path;
    for (const auto& path : changed) {
      EXPECT_FALSE(path.starts_with("tests/") || path.starts_with("docs/"))
          << file.path << " changes " << path;
      EXPECT_TRUE(path.ends_with(".cpp")) << file.path << " changes " << path
                                          << ", which `run --mutations` does not compile by itself";
    }
  }
}

}  // namespace
}  // namespace muster::tidy
