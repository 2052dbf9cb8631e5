#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/filter/subject.hpp"

namespace muster::filter {
namespace {

struct CompoundRow {
  const char* expression;
  const char* answer;
};

class CompoundTest : public testing::TestWithParam<CompoundRow> {};

TEST_P(CompoundTest, Answers) {
  EXPECT_EQ(ask_compound(GetParam().expression), GetParam().answer) << GetParam().expression;
}

constexpr CompoundRow kCompoundRows[] = {
    {"apache", "yes"},
    {"nginx", "no"},
    {"/^role::/", "yes"},
    {"/^ROLE::/", "no"},
    {"/^ROLE::/i", "yes"},
    {"apache::mod::ssl", "yes"},
    {"not apache", "no"},
    {"!apache", "no"},
    {"!nginx", "yes"},
    {"! nginx", "yes"},
    {"not not apache", "yes"},
    {"!!apache", "yes"},
    {"apache and country=de", "yes"},
    {"apache and country=us", "no"},
    {"nginx or country=de", "yes"},
    {"nginx or country=us", "no"},
    {"country=de and uptime>80 and not nginx", "yes"},
    // "not" before "and" before "or".
    {"not nginx and apache", "yes"},
    {"not apache or apache", "yes"},
    {"apache or apache and nginx", "yes"},
    {"nginx and nginx or apache", "yes"},
    {"(apache or apache) and nginx", "no"},
    {"not (nginx or apache)", "no"},
    {"not(nginx and apache)", "yes"},
    {"((apache))", "yes"},
    {"(country=de)and(uptime=90)", "yes"},
    {"!(nginx)", "yes"},
    {"!country=us", "yes"},
    // Two true and one false are false.
    {"apache and country=de and nginx", "no"},
    // Quotes.
    {"note='a (b) c'", "yes"},
    {"note=\"a (b) c\"", "yes"},
    {"note = 'a (b) c' and apache", "yes"},
    {"country='de'", "yes"},
    {"blank=''", "yes"},
    {"path='/usr/lib'", "yes"},
    {"path=/^\\/usr/", "yes"},
    {"note=/\\(b\\) c$/", "yes"},
    {"country=~'^d'", "yes"},
    {"note='it\\'s'", "no"},
    // Words that only begin with a keyword.
    {"android or apache", "yes"},
    {"nothing or orange", "no"},
    // Data functions.
    {"fstat('/etc/hosts').present=true", "yes"},
    {"fstat(\"/etc/hosts\").present=true", "yes"},
    {"fstat( '/etc/hosts' ).present = true", "yes"},
    {"fstat('/etc/none').present=true", "no"},
    {"fstat('/etc/none').present!=true", "yes"},
    {"not fstat('/etc/none').present=true", "yes"},
    {"fstat('/x').size>100", "yes"},
    {"fstat('/x').size>120", "no"},
    {"fstat('/x').size<=120", "yes"},
    {"fstat('/x').md5=/^ab/", "yes"},
    {"fstat('/x').md5!=/^ab/", "no"},
    {"fstat('/x').md5=abc", "yes"},
    {"fstat().name=none", "yes"},
    {"fstat('a=b').name='a=b' and apache", "yes"},
    {"fstat('/x').md5<zzz", "no"},  // no order between texts
    {"fstat('/x').md5>zzz", "no"},
    {"fstat('/etc/hosts').present>false", "no"},
    {"fstat('/x').size=/12/", "no"},  // nor regular expressions over numbers
    {"fstat('/x').size!=/12/", "no"},
    {"fstat('/x').size=120.0", "yes"},
    {"fstat('/x').size='120'", "yes"},
    {"FSTAT('/x').size=120", "yes"},
    {"fstat('/x').gone=x", "no"},  // nil
    {"fstat('/x').gone!=x", "no"},
    {"fstat('/x').nofield!=x", "no"},
    // What cannot be compared is no answer.
    {"fstat('/x').size=abc", "no"},
    {"fstat('/x').size!=abc", "no"},
    {"not fstat('/x').size=abc", "no"},
    {"fstat('/x').present!=maybe", "no"},
    {"not fstat('/x').present=maybe", "no"},
    // No answer makes all of it false, however it is negated or joined.
    {"nosuch('x').y=1", "no"},
    {"not nosuch('x').y=1", "no"},
    {"!nosuch('x').y=1", "no"},
    {"apache or nosuch('x').y=1", "no"},
    {"nosuch('x').y=1 or apache", "no"},
    {"not (nginx and nosuch('x').y=1)", "no"},
    {"not fstat('/broken').size=1", "no"},
    {"not not (apache or not nosuch().y=1)", "no"},
};
INSTANTIATE_TEST_SUITE_P(Table, CompoundTest, testing::ValuesIn(kCompoundRows),
                         [](const auto& row) { return "Row" + std::to_string(row.index); });

TEST(CompoundDataTest, WithoutASourceTheExpressionIsFalse) {
  const auto filter = Filter::parse({.compounds = {"not fstat('/x').size=1"}});
  ASSERT_TRUE(filter);
  EXPECT_TRUE(filter->matches(node()));
  auto without = node();
  without.data = nullptr;
  EXPECT_FALSE(filter->matches(without));
}

}  // namespace
}  // namespace muster::filter
