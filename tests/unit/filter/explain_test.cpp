#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/filter/subject.hpp"

namespace muster::filter {
namespace {

// "answer term [found]" a line, indented; '*' in front of what decided.
void list(const Explanation& e, int depth, std::string& out) {
  out += std::string(static_cast<std::size_t>(depth) * 2, ' ') + (e.decided ? "*" : "") +
         std::string(name_of(e.answer)) + (e.option.empty() ? "" : " " + e.option) + " " + e.term +
         (e.found.empty() ? "" : " [" + e.found + "]") + "\n";
  for (const auto& part : e.parts) list(part, depth + 1, out);
}

std::string why(const Text& text) {
  std::string out;
  list(Filter::parse(text).value().explain(node()), 0, out);
  return out;
}

TEST(FilterExplainTest, EveryTermSaysWhatItFound) {
  EXPECT_EQ(why({.facts = {"country=de", "uptime>=90"},
                 .classes = {"apache", "/web$/"},
                 .agents = {"puppet"},
                 .identities = {"/^web/"}}),
            "*yes all of\n"
            "  *yes -F country = de [\"de\"]\n"
            "  *yes -F uptime >= 90 [90]\n"
            "  *yes -C apache [class apache]\n"
            "  *yes -C /web$/ [class role::web]\n"
            "  *yes -A puppet [agent puppet]\n"
            "  *yes -I /^web/ [web1.example.com]\n");
  EXPECT_EQ(why({.facts = {"absent=1"}, .classes = {"nginx"}, .agents = {"puppetca"}}),
            "*no all of\n"
            "  *no -F absent = 1 [absent]\n"
            "  *no -C nginx [none of 3 classes]\n"
            "  *no -A puppetca [none of 2 agents]\n");
}

TEST(FilterExplainTest, OnlyWhatDecidedIsMarked) {
  EXPECT_EQ(why({.compounds = {"(country=us or apache) and not (nginx or country=de)"}}),
            "*no all of\n"
            "  *no -S and\n"
            "    yes or\n"
            "      no country = us [\"de\"]\n"
            "      yes apache [class apache]\n"
            "    *no not\n"
            "      *yes or\n"
            "        no nginx [none of 3 classes]\n"
            "        *yes country = de [\"de\"]\n");
  EXPECT_EQ(why({.identities = {"a", "web1.example.com"}}),
            "*yes all of\n"
            "  *yes -I or\n"
            "    no a [web1.example.com]\n"
            "    *yes web1.example.com [web1.example.com]\n");
}

TEST(FilterExplainTest, AMissingAnswerDecidesWhateverStandsAround) {
  EXPECT_EQ(why({.compounds = {"apache or not nosuch('x').y=1"}}),
            "*no all of\n"
            "  *no answer -S or\n"
            "    yes apache [class apache]\n"
            "    *no answer not\n"
            "      *no answer nosuch('x').y = 1 [no such data plugin]\n");
  EXPECT_EQ(why({.compounds = {"fstat('/x').size=abc"}}),
            "*no all of\n"
            "  *no answer -S fstat('/x').size = abc [120, which cannot be compared with that]\n");
}

TEST(FilterExplainTest, AnEmptyFilterIsYes) {
  EXPECT_EQ(why({}), "*yes all of\n");
}

}  // namespace
}  // namespace muster::filter
