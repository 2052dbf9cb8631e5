// Every answer of mcollective/table.tsv, made by MCollective 2.12.5 itself (mcollective/ask_mcollective.rb),
// is ours too, or differs as the table says and docs/FILTERS.md explains.
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "proto/base/files.hpp"
#include "proto/filter/data_table.hpp"
#include "proto/filter/filter.hpp"

namespace muster::filter {
namespace {

struct Row {
  int line = 0;
  std::string theirs;  // yes, no, malformed, raises
  std::string ours;    // "=", or what differs
  std::string why;     // a key of docs/FILTERS.md
  std::string node;
  std::vector<std::string> words;  // "-F", "country=de", …
};

std::vector<std::string> cut(const std::string& text, char separator) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == separator)
      parts.emplace_back();
    else
      parts.back() += c;
  }
  return parts;
}

std::vector<Row> read_table() {
  std::vector<Row> rows;
  int number = 0;
  for (const auto& line : cut(base::read_file(MUSTER_MCOLLECTIVE "/table.tsv").value(), '\n')) {
    ++number;
    if (line.empty() || line.starts_with('#')) continue;
    const auto fields = cut(line, '\t');
    EXPECT_GE(fields.size(), 6U) << "line " << number;
    if (fields.size() >= 6)
      rows.push_back(
          {number, fields[0], fields[1], fields[2], fields[3], {fields.begin() + 4, fields.end()}});
  }
  return rows;
}

struct Node {
  explicit Node(const Value& node)
      : identity(node["identity"].get<std::string>()),
        facts(node["facts"]),
        classes(node["classes"].get<std::vector<std::string>>()),
        agents(node["agents"].get<std::vector<std::string>>()),
        data(DataTable::from(node["data"]).value()) {}
  std::string identity;
  Value facts;
  std::vector<std::string> classes;
  std::vector<std::string> agents;
  DataTable data;
};

Result<Text> text_of(const std::vector<std::string>& words) {
  static const std::map<std::string, std::vector<std::string> Text::*> kLists{
      {"-F", &Text::facts},
      {"-C", &Text::classes},
      {"-A", &Text::agents},
      {"-I", &Text::identities},
      {"-S", &Text::compounds}};
  Text text;
  for (std::size_t i = 0; i + 1 < words.size(); i += 2) {
    if (words[i] != "-W") {
      (text.*kLists.at(words[i])).push_back(words[i + 1]);
      continue;
    }
    MUSTER_ASSIGN(const auto with, parse_with(words[i + 1]));
    text.facts.insert(text.facts.end(), with.facts.begin(), with.facts.end());
    text.classes.insert(text.classes.end(), with.classes.begin(), with.classes.end());
  }
  return text;
}

std::string answer(const Row& row) {
  static const Value nodes =
      Value::parse(base::read_file(MUSTER_MCOLLECTIVE "/nodes.json").value());
  static const std::map<std::string, Node> kNodes{
      {"web", Node(nodes["web"])}, {"db", Node(nodes["db"])}, {"bare", Node(nodes["bare"])}};
  const auto& node = kNodes.at(row.node);
  const auto text = text_of(row.words);
  const auto filter = text ? Filter::parse(*text) : Result<Filter>(fail(text.error()));
  if (!filter) return "malformed";
  const Subject subject{node.identity, &node.facts, &node.classes, &node.agents, &node.data};
  const bool matches = filter->matches(subject);
  EXPECT_EQ(filter->explain(subject).answer, truth(matches)) << "table.tsv:" << row.line;
  return matches ? "yes" : "no";
}

TEST(McollectiveTableTest, EveryAnswerIsMcollectivesOrDiffersAsStated) {
  const auto rows = read_table();
  EXPECT_GT(rows.size(), 1000U);
  for (const auto& row : rows) {
    // A node that stumbles over a filter stays silent, as one that it does not match.
    const auto theirs = row.theirs == "raises" ? "no" : row.theirs;
    const auto wanted = row.ours == "=" ? theirs : row.ours;
    EXPECT_EQ(answer(row), wanted) << "table.tsv:" << row.line << ": " << row.words.back();
    EXPECT_EQ(row.ours == "=", row.why.empty()) << "table.tsv:" << row.line;
    EXPECT_NE(row.ours, theirs) << "table.tsv:" << row.line << ": this is no difference";
  }
}

TEST(McollectiveTableTest, EveryDifferenceHasItsReasonInTheReferenceAndEveryReasonARow) {
  std::set<std::string> in_table;
  for (const auto& row : read_table())
    if (!row.why.empty()) in_table.insert(row.why);
  std::set<std::string> in_reference;
  for (const auto& line : cut(base::read_file(MUSTER_REFERENCE).value(), '\n'))
    if (line.starts_with("| **")) in_reference.insert(line.substr(4, line.find("**", 4) - 4));
  EXPECT_EQ(in_table, in_reference);
}

}  // namespace
}  // namespace muster::filter
