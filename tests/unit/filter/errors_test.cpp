#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/filter/subject.hpp"

namespace muster::filter {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(FilterErrorsTest, TheExpressionIsShownWithACaret) {
  EXPECT_EQ(ask({.facts = {"country"}}),
            "-F: an operator must follow: = != =~ < <= > >=\n"
            "  country\n"
            "         ^");
  EXPECT_EQ(ask_compound("apache and and nginx"),
            "-S: a term must stand before 'and'\n"
            "  apache and and nginx\n"
            "             ^");
  EXPECT_EQ(ask_compound("straße=ß and (web"),
            "-S: this parenthesis is not closed\n"
            "  straße=ß and (web\n"
            "               ^");
}

TEST(FilterErrorsTest, ALongExpressionIsShownAroundTheFault) {
  std::string expression;
  for (int i = 0; i < 40; ++i) expression += "apache and ";
  const auto error = ask_compound(expression + ")");
  EXPECT_THAT(error, HasSubstr("\n  …"));
  const auto caret = error.rfind('^') - error.rfind('\n');
  EXPECT_EQ(caret, 1U + 2U + 1U + 60U);
}

TEST(FilterErrorsTest, APatternIsToldAsItWasTyped) {
  EXPECT_THAT(ask({.facts = {"country=~("}}),
              HasSubstr("-F: not a regular expression: missing ): (\n"));
  EXPECT_THAT(ask({.facts = {"country=~(?m)("}}),
              HasSubstr("-F: not a regular expression: missing ): (?m)(\n"));
  EXPECT_THAT(ask({.facts = {"country=~a**[z"}}), Not(HasSubstr("(?m)")));
}

struct Row {
  Text text;
  const char* says;
};

class FilterErrorsTable : public testing::TestWithParam<Row> {};

TEST_P(FilterErrorsTable, Says) {
  EXPECT_THAT(ask(GetParam().text), HasSubstr(GetParam().says));
}

const Row kRows[] = {
    {{.facts = {""}}, "-F: the name of a fact must stand here"},
    {{.classes = {"and"}}, "-C: 'and' joins terms and is no class; expressions are for -S"},
    {{.classes = {"web", "not"}}, "'not' joins terms"},
    {{.classes = {"or"}}, "'or' joins terms"},
    {{.facts = {"=de"}}, "the name of a fact must stand here"},
    {{.facts = {"country="}}, "a value must follow '='"},
    {{.facts = {"country= "}}, "a value must follow '='"},
    {{.facts = {"country==="}}, "not another operator"},
    {{.facts = {"country>=>5"}}, "not another operator"},
    {{.facts = {"country=~("}}, "not a regular expression"},
    {{.facts = {"country=/(/"}}, "not a regular expression"},
    {{.facts = {"country</x/"}}, "'<' cannot compare with a regular expression"},
    {{.facts = {"country=~//"}}, "no"},
    {{.facts = {"count\nry=1"}}, "a control character"},
    {{.classes = {""}}, "-C: the name of a class or /re/"},
    {{.classes = {"a b"}}, "-C: the name of a class or /re/"},
    {{.classes = {"/a"}}, "has no end"},
    {{.classes = {"//"}}, "the regular expression is empty"},
    {{.agents = {"Puppet"}}, "-A: agent 'Puppet' may hold only lower case"},
    {{.identities = {"Web1"}}, "-I: identity 'Web1' is not a Puppet certname"},
    {{.identities = {"a/b"}}, "-I: identity"},
    {{.identities = {"/web"}}, "-I: '/web' begins a regular expression that has no end"},
    {{.compounds = {""}}, "a fact, class, data function, 'not' or '(' must stand here"},
    {{.compounds = {"()"}}, "a fact, class, data function, 'not' or '(' must stand here"},
    {{.compounds = {"apache nginx"}}, "'and', 'or' or the end must stand here"},
    {{.compounds = {"apache AND nginx"}}, "'and', 'or' or the end must stand here"},
    {{.compounds = {"apache && nginx"}}, "'and', 'or' or the end must stand here"},
    {{.compounds = {"apache and"}}, "must stand here"},
    {{.compounds = {"not"}}, "must stand here"},
    {{.compounds = {"or apache"}}, "a term must stand before 'or'"},
    {{.compounds = {"apache)"}}, "'and', 'or' or the end must stand here"},
    {{.compounds = {"(apache nginx)"}}, "'and', 'or' or ')' must stand here"},
    {{.compounds = {"path=/usr/lib"}}, "quote a value that begins with '/'"},
    {{.compounds = {"path=/usr"}}, "no closing '/'"},
    {{.compounds = {"note='a"}}, "this quote is not closed"},
    {{.compounds = {"note=(a)"}}, "quote one that holds a parenthesis"},
    {{.compounds = {"fstat('/x')"}}, "'.field' must follow a data function"},
    {{.compounds = {"fstat('/x').size"}}, "an operator must follow"},
    {{.compounds = {"fstat(/x).size=1"}}, "one argument in quotes"},
    {{.compounds = {"fstat('a','b').size=1"}}, "one argument in quotes"},
    {{.compounds = {"fstat('/x').=1"}}, "field is empty"},
    {{.compounds = {"fstat('/x').a.b=1"}}, "field 'a.b'"},
    {{.compounds = {"country=de AND uptime=5"}}, "or the end must stand here; did you mean 'and'?"},
    {{.compounds = {"apache && nginx"}}, "did you mean 'and'?"},
    {{.compounds = {"apache Or nginx"}}, "did you mean 'or'?"},
    {{.compounds = {"(apache || nginx)"}}, "or ')' must stand here; did you mean 'or'?"},
    {{.compounds = {"NOT apache"}}, "did you mean 'not'?"},
    {{.compounds = {"nginx or (Not apache)"}}, "did you mean 'not'?"},
    {{.compounds = {"KNOT apache"}}, "quote values with spaces"},
    {{.compounds = {"x`id`=1"}}, "'and', 'or' or the end must stand here"},
};
INSTANTIATE_TEST_SUITE_P(Table, FilterErrorsTable, testing::ValuesIn(kRows),
                         [](const auto& row) { return "Row" + std::to_string(row.index); });

TEST(FilterLimitsTest, LengthDepthTermsAndRegexesAreLimited) {
  EXPECT_THAT(ask_compound(std::string(kExpressionMaxBytes + 1, 'a')),
              HasSubstr("the limit of an expression"));
  const std::string deep(kDepthMax, '(');
  EXPECT_EQ(ask_compound(deep + "apache" + std::string(kDepthMax, ')')), "yes");
  EXPECT_THAT(ask_compound("(" + deep + "apache)" + std::string(kDepthMax, ')')),
              HasSubstr("nested deeper than 50"));
  EXPECT_THAT(ask_compound(std::string(kDepthMax + 1, '!') + "apache"),
              HasSubstr("nested deeper than 50"));
  EXPECT_EQ(ask({.identities = std::vector<std::string>(kTermsMax, "a")}), "no");
  EXPECT_THAT(ask({.identities = std::vector<std::string>(kTermsMax + 1, "a")}),
              HasSubstr("more than 500 terms"));
  EXPECT_THAT(ask({.classes = std::vector<std::string>(kRegexesMax + 1, "/a/")}),
              HasSubstr("more than 32 regular expressions"));
  EXPECT_THAT(ask({.facts = {"a=~" + std::string(1025, 'a')}}), HasSubstr("the limit is 1024"));
  EXPECT_THAT(ask({.facts = {"a=~((a{100}){100}){100}"}}), HasSubstr("not a regular expression"));
}

TEST(FilterLimitsTest, ManyParenthesesSideBySideAreNotDeep) {
  std::string expression = "(apache)";
  for (int i = 0; i < 200; ++i) expression += " and (apache)";
  EXPECT_EQ(ask_compound(expression), "yes");
}

}  // namespace
}  // namespace muster::filter
