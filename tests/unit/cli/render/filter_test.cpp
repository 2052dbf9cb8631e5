#include "orchestrator/cli/render/filter.hpp"
#include "proto/filter/filter.hpp"
#include "proto/filter/subject.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace muster::cli::render {
namespace {

filter::Explanation explained(const filter::Text& text) {
  static const Value kFacts{{"country", "de"}, {"uptime", 90}, {"note", "a\x1b[31m\nb"}};
  static const std::vector<std::string> kClasses{"apache"};
  filter::Subject node;
  node.identity = "n1";
  node.facts = &kFacts;
  node.classes = &kClasses;
  return filter::Filter::parse(text).value().explain(node);
}

std::string shown_filter(const filter::Text& text, std::size_t columns = 80) {
  return "\n" + explanation_text(explained(text), Style(false), columns);
}

TEST(FilterRenderTest, ATreeWithWhatStoodThere) {
  EXPECT_EQ(shown_filter({.facts = {"country=de"}, .compounds = {"apache and not uptime<10"}}), R"(
yes  all of
yes  ├─ -F country = de    "de"
yes  └─ -S and
yes     ├─ apache          class apache
yes     └─ not
no         └─ uptime < 10  90
)");
}

TEST(FilterRenderTest, WhatDecidedIsMarkedWhenNotAllDid) {
  EXPECT_EQ(shown_filter({.facts = {"country=us"}, .classes = {"apache"}}), R"(
  no   all of
→ no   ├─ -F country = us  "de"
  yes  └─ -C apache        class apache

→ decided it
)");
}

TEST(FilterRenderTest, LinesFitAndNothingSteersTheTerminal) {
  const auto text = shown_filter({.facts = {"note=x"}}, 24);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_EQ(text.find("…") != std::string::npos, true) << text;
}

TEST(FilterRenderTest, JsonIsTheSameTree) {
  EXPECT_EQ(explanation_json(explained({.facts = {"country=us"}})), Value::parse(R"({
    "term": "all of", "answer": "no", "decided": true,
    "parts": [{"term": "country = us", "option": "-F", "answer": "no", "decided": true, "found": "\"de\""}]})"));
}

}  // namespace
}  // namespace muster::cli::render
