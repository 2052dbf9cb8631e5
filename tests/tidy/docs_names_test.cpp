// What documents put into backquotes is there: files, tests, names of the code, actions, options, variables.
//
// Decisions (docs/adr) tell what was so when they were made, and are left alone.
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "tests/tidy/tree.hpp"

namespace muster::tidy {
namespace {

using Names = std::set<std::string, std::less<>>;

// Other people's, and examples of how something is named.
const Names kNotOurs{"MCollective::Cache", "agent#action", "LeaseTest.StaleFenceIsRefused",
                     "Suite.Sentence"};

struct Quoted {
  std::string where;  // FILE:LINE
  std::string text;
};

bool is_document(const File& file) {
  return file.has_suffix(".md") && !file.below("docs/adr/");
}

std::vector<Quoted> quoted_in(const File& file) {
  static const std::regex span("`([^`]+)`");
  std::vector<Quoted> all;
  bool fenced = false;
  std::size_t number = 0;
  for (const auto& line : lines_of(file.text)) {
    ++number;
    if (line.find("```") != std::string::npos) fenced = !fenced;
    if (fenced) continue;
    for (std::sregex_iterator at(line.begin(), line.end(), span), end; at != end; ++at)
      all.push_back({file.path + ":" + std::to_string(number), (*at)[1].str()});
  }
  return all;
}

// NAME, FILE, <identity>: something else stands there.
bool is_pattern(const std::string& text) {
  static const std::regex placeholder("(^|[^A-Za-z_])[A-Z]{3,}([^A-Za-z_]|$)|<|…");
  return std::regex_search(text, placeholder);
}

std::string without_stars(const std::string& text) {
  return text.substr(0, text.find('*'));
}

// What there is, read from the whole tree once.
struct There {
  Names words;    // of all code
  Names options;  // --word, of all code
  Names tests;    // Suite.Case
  Names places;   // files and folders
  Names files;    // their last parts
};

void add_all(const std::string& text, const std::regex& pattern, Names& names) {
  for (std::sregex_iterator at(text.begin(), text.end(), pattern), end; at != end; ++at)
    names.insert((*at)[1].str() + ((*at).size() > 2 ? "." + (*at)[2].str() : ""));
}

const There& there() {
  static const There all = [] {
    static const std::regex word("([A-Za-z_][A-Za-z_0-9]*)");
    static const std::regex option("(--[a-z][a-z-]*)");
    static const std::regex test(R"(TEST(?:_F|_P)?\(\s*(\w+),\s*(\w+)\))");
    static const std::regex by_cmake(R"(add_test\(NAME (\w+)\.(\w+))");
    static const std::regex by_script(R"(muster_e2e\((\w+))");
    There out;
    for (const auto& file : files()) {
      for (std::filesystem::path place = file.path; !place.empty(); place = place.parent_path())
        out.places.insert(place.string());
      out.files.insert(std::filesystem::path(file.path).filename().string());
      if (file.has_suffix(".md")) continue;
      if (file.below("tests/")) add_all(file.text, test, out.tests);
      if (file.has_suffix("docs_names_test.cpp")) continue;
      add_all(file.text, word, out.words);
      add_all(file.text, option, out.options);
      if (file.has_suffix("CMakeLists.txt")) add_all(file.text, by_cmake, out.tests);
      if (!file.below("tests/e2e/")) continue;
      Names scripts;
      add_all(file.text, by_script, scripts);
      for (const auto& name : scripts) out.tests.insert("E2e." + name);
    }
    return out;
  }();
  return all;
}

bool any_begins(const Names& names, const std::string& with) {
  const auto at = names.lower_bound(with);
  return at != names.end() && at->starts_with(with);
}

bool place_exists(const std::string& text) {
  auto place = text.starts_with("../") ? text.substr(3) : text;
  if (place.find('*') != std::string::npos) return any_begins(there().places, without_stars(place));
  while (place.ends_with('/')) place.pop_back();
  return there().places.contains(place);
}

bool test_exists(const std::string& text) {
  if (text.find('*') != std::string::npos) return any_begins(there().tests, without_stars(text));
  return there().tests.contains(text);
}

bool name_exists(const std::string& text) {
  const auto behind = text.rfind("::");
  auto name = behind == std::string::npos ? text : text.substr(behind + 2);
  return there().words.contains(name.substr(0, name.find('(')));
}

bool action_exists(const std::string& text) {
  const auto at = text.find('#');
  const auto* ddl = find("config/ddl/agent/" + text.substr(0, at) + ".json");
  return ddl != nullptr &&
         ddl->text.find("\"action\": \"" + text.substr(at + 1) + "\"") != std::string::npos;
}

bool options_exist(const std::string& text) {
  static const std::regex option("(--[a-z][a-z-]*)");
  Names said;
  add_all(text, option, said);
  return std::all_of(said.begin(), said.end(),
                     [](const auto& one) { return there().options.contains(one); });
}

struct Rule {
  std::regex what;
  bool (*exists)(const std::string&);
};

const std::vector<Rule>& rules() {
  static const std::vector<Rule> all{
      {std::regex(R"((\.\./)?(config|docs|node-agent|orchestrator|plugins|proto|tests)/[\w./*-]+)"),
       place_exists},
      {std::regex(R"([A-Z]\w*\.(\w+\*?|\*))"), test_exists},
      {std::regex(R"((\w+::)*k[A-Z]\w+|[a-z]\w*(::\w+)+(\(\))?)"), name_exists},
      {std::regex(R"([\w-]+\.(hpp|cpp))"),
       [](const std::string& text) { return there().files.contains(text); }},
      {std::regex(R"([a-z]\w*#[a-z]\w*)"), action_exists},
      {std::regex(R"(\$?MUSTER_[A-Z_]+)"),
       [](const std::string& text) { return name_exists(text.substr(text.front() == '$')); }},
      {std::regex(R"((muster [a-z].*--[a-z].*|\./(quickstart|run-tests) .*--[a-z].*))"),
       options_exist}};
  return all;
}

// Endings of files look like a test's name: NAME.key.
bool is_file_name(const std::string& text) {
  static const std::regex ending(R"(.*\.(md|json|yaml|pem|key|txt|conf|crl|toml|rb|list|xml|log))");
  return std::regex_match(text, ending);
}

std::vector<std::string> missing_in(const File& file) {
  std::vector<std::string> missing;
  for (const auto& [where, text] : quoted_in(file)) {
    if (kNotOurs.contains(text)) continue;
    for (const auto& rule : rules()) {
      if (!std::regex_match(text, rule.what)) continue;
      const bool about_options = rule.exists == options_exist;
      if (!about_options &&
          (is_pattern(text) || (rule.exists == test_exists && is_file_name(text))))
        continue;
      if (!rule.exists(text)) missing.push_back(where + ": there is no `" + text + "`");
    }
  }
  return missing;
}

TEST(DocsNamesTest, WhatIsInBackquotesExists) {
  for (const auto& file : files()) {
    if (!is_document(file)) continue;
    for (const auto& one : missing_in(file)) ADD_FAILURE() << one;
  }
}

TEST(DocsNamesTest, WhatDoesNotExistIsFound) {
  const std::string text =
      "`proto/base/nothing.hpp` `NothingTest.IsTested` `base::kNothingAtAll` `nothing.hpp`\n"
      "`rpcutil#nothing` `$MUSTER_NOTHING_AT_ALL` `muster ping --nothing-at-all`\n"
      "```\n`proto/base/fenced.hpp`\n```\n"
      "`proto/base/result.hpp` `base::quoted` `rpcutil#ping` `plugins/agents/NAME/`\n";
  EXPECT_EQ(missing_in({"docs/X.md", text}).size(), 7U);
}

}  // namespace
}  // namespace muster::tidy
