#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/filter/subject.hpp"

namespace muster::filter {
namespace {

struct FactRow {
  const char* expression;
  const char* answer;
};

// The same as -F and inside -S: both must agree.
class FactTermTest : public testing::TestWithParam<FactRow> {};

TEST_P(FactTermTest, AnswersAlikeAloneAndInACompound) {
  const auto& row = GetParam();
  EXPECT_EQ(ask({.facts = {row.expression}}), row.answer) << "-F " << row.expression;
  EXPECT_EQ(ask_compound(row.expression), row.answer) << "-S " << row.expression;
}

constexpr FactRow kFactRows[] = {
    {"country=de", "yes"},
    {"country == de", "yes"},
    {"country=DE", "no"},
    {"country=us", "no"},
    {"country!=us", "yes"},
    {"country != de", "no"},
    {"country=~^d", "yes"},
    {"country =~ /^d/", "yes"},
    {"country=~/^D/", "no"},
    {"country=/^D/i", "yes"},
    {"country!=/^u/", "yes"},
    {"country!=/^d/", "no"},
    {"uptime>89", "yes"},
    {"uptime > 90", "no"},
    {"uptime>=90", "yes"},
    {"uptime=>90", "yes"},
    {"uptime=>91", "no"},
    {"uptime<=90", "yes"},
    {"uptime=<90", "yes"},
    {"uptime=<89", "no"},
    {"uptime<100", "yes"},  // numbers: as text, "90" would not be less than "100"
    {"uptime=090", "no"},   // equal is as text
    {"uptime!=090", "yes"},
    {"uptime<=089", "no"},
    {"uptime<90.5", "yes"},  // an integer and a fraction are both numbers
    {"load<0.3", "yes"},
    {"load=0.25", "yes"},
    {"load=0.250", "no"},
    {"load>0.25", "no"},  // greater is not greater or equal
    {"tiny<0.001", "yes"},
    {"negative<-2", "yes"},
    {"negative<2", "yes"},
    {"kernelversion>5", "yes"},
    {"kernelversion<5.9", "yes"},  // 5.10 is the number 5.1, as in MCollective
    {"version>=1.2.0", "yes"},     // not numbers: as text
    {"version<1.3", "yes"},
    {"serial=18446744073709551615", "yes"},
    {"serial=18446744073709551614", "no"},
    {"serial>18446744073709551614", "yes"},
    {"is_virtual=true", "yes"},
    {"is_virtual!=true", "no"},
    {"base64=YWI=", "yes"},  // values hold '='
    {"base64=YWI", "no"},
    {"street=Königstraße", "yes"},
    {"street=~straße$", "yes"},
    {"lines=~^second$", "yes"},  // as Ruby: ends of lines
    {"whole=100.0", "yes"},
    {"whole=100", "no"},
    {"whole<=100", "yes"},
    // Nothing there: false, whatever the operator.
    {"absent=1", "no"},
    {"absent!=1", "no"},
    {"absent=~.*", "no"},
    {"absent<1", "no"},
    {"empty=null", "no"},
    {"empty!=x", "yes"},  // null is the empty text
    {"empty=~^$", "yes"},
    {"blank!=x", "yes"},
    // Inside.
    {"os.family=Debian", "yes"},
    {"os.family=~/deb/i", "yes"},
    {"os.release.major>=12", "yes"},
    {"os.release.minor>=1", "no"},
    {"os.family.x=1", "no"},
    {"net.eth0.100.ip=10.0.0.7", "yes"},
    {"dotted.key=whole", "yes"},
    {"mounts.1=/^.var$/", "yes"},
    // Lists: any element. Maps: any key.
    {"ports=80", "yes"},
    {"ports=8080", "no"},
    {"ports>400", "yes"},
    {"ports>500", "no"},
    {"ports.0=22", "yes"},
    {"ports.3=22", "no"},
    {"ports.x=22", "no"},
    {"mounts=/^.srv/", "no"},
    {"mounts=path", "no"},  // nor keys of maps inside lists
    {"os=family", "yes"},
    {"os=Debian", "no"},
    {"os=~^rel", "yes"},
};
INSTANTIATE_TEST_SUITE_P(Table, FactTermTest, testing::ValuesIn(kFactRows),
                         [](const auto& row) { return "Row" + std::to_string(row.index); });

TEST(FactTermTextTest, ASlashAloneIsAnOrdinaryValue) {
  EXPECT_EQ(ask({.facts = {"path=/usr/lib"}}), "yes");
  EXPECT_EQ(ask({.facts = {"mounts.1=/var"}}), "yes");
  EXPECT_EQ(ask({.facts = {"mounts=/"}}), "yes");
}

TEST(FactTermTextTest, SlashesInsideARegularExpressionStay) {
  EXPECT_EQ(ask({.facts = {"path=/r/l/"}}), "yes");
  EXPECT_EQ(ask({.facts = {"path=/rl/"}}), "no");
}

TEST(FactTermTextTest, TheValueOfAnOptionIsWhateverFollows) {
  EXPECT_EQ(ask({.facts = {"note=a (b) c"}}), "yes");
  EXPECT_EQ(ask({.facts = {" country  =  de  "}}), "yes");
  EXPECT_EQ(ask({.facts = {"country='de'"}}), "no");
}

TEST(FactTermTextTest, WithoutFactsNothingMatches) {
  const auto filter = Filter::parse({.facts = {"country=de"}});
  ASSERT_TRUE(filter);
  EXPECT_FALSE(filter->matches({.identity = "web1"}));
}

}  // namespace
}  // namespace muster::filter
