#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "proto/filter/compound.hpp"
#include "proto/filter/find_fact.hpp"
#include "tests/unit/filter/subject.hpp"

namespace muster::filter {
namespace {

rc::Gen<std::string> pieces() {
  return rc::gen::map(
      rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
          " ", "and", "or", "not", "!", "(", ")", "apache", "country", "=", "!=", "=~", "<", "=>",
          "de", "/re/", "/", "'", "\"", "\\", "fstat", "('x')", ".size", "5.10", "ä", "\n", "`")),
      [](const std::vector<std::string>& words) {
        std::string out;
        for (const auto& word : words) out += word;
        return out;
      });
}

// Expressions that parse.
std::string expression(int depth) {
  if (depth == 0)
    return *rc::gen::element<std::string>("apache", "/we[b\\/]$/i", "country=de",
                                          "os.family != 'De bian'", "note='it\\'s \\\\ here'",
                                          "a=~b/c", "fstat('/x\\'y').size <= 5", "fstat().md5=/^a/",
                                          "uptime=>10", "street=Königstraße", "path=/^\\/usr/i");
  const auto left = expression(depth - 1);
  switch (*rc::gen::inRange(0, 5)) {
    case 0:
      return left + " and " + expression(depth - 1);
    case 1:
      return left + " or " + expression(depth - 1);
    case 2:
      return "not " + left;
    case 3:
      return "(" + left + ")";
    default:
      return left;
  }
}

TEST(FilterPropertiesTest, NoTextCrashesTheParser) {
  EXPECT_TRUE(rc::check([] {
    const auto text = *rc::gen::oneOf(pieces(), rc::gen::arbitrary<std::string>());
    for (const Text& one : {Text{.facts = {text}}, Text{.classes = {text}}, Text{.agents = {text}},
                            Text{.identities = {text}}, Text{.compounds = {text}}}) {
      const auto filter = Filter::parse(one);
      if (filter) filter->matches(node());
      RC_ASSERT(filter || !filter.error().message.empty());
    }
    (void)parse_with(text);
    (void)find_fact(node_facts(), text);
  }));
}

TEST(FilterPropertiesTest, WhatIsPrintedReadsBackTheSame) {
  EXPECT_TRUE(rc::check([] {
    const auto text = expression(*rc::gen::inRange(0, 5));
    Budget budget;
    Scanner first("-S", text, budget);
    const auto term = parse_compound(first);
    RC_ASSERT(term);
    const auto printed = (*term)->printed();
    Scanner second("-S", printed, budget);
    const auto again = parse_compound(second);
    if (!again) RC_FAIL(again.error().message);
    RC_ASSERT((*again)->printed() == printed);
    RC_ASSERT((*again)->evaluate(node()) == (*term)->evaluate(node()));
  }));
}

TEST(FilterPropertiesTest, AnyValueReadsBackFromQuotes) {
  EXPECT_TRUE(rc::check([] {
    const auto printable = rc::gen::suchThat<char>(
        [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f; });
    const auto value = *rc::gen::container<std::string>(printable);
    const auto filter = Filter::parse({.compounds = {"fact=" + quoted_if_needed(value)}});
    RC_ASSERT(filter);
    const Value facts{{"fact", value}};
    RC_ASSERT(filter->matches({.facts = &facts}));
  }));
}

}  // namespace
}  // namespace muster::filter
