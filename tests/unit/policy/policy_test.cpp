#include "proto/policy/policy.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace muster::policy {
namespace {

using security::Role;
using testing::HasSubstr;

std::shared_ptr<const Groups> sample_groups() {
  return std::make_shared<Groups>(Groups::parse("admins cert=root cert=alice\n", "groups").value());
}

// "yes" or "no" and the line, or the error.
std::string ask(std::string_view text, std::string_view caller, std::string_view action,
                Role role = Role::operator_) {
  static const Value facts{
      {"country", "de"}, {"uptime", 5}, {"os", {{"family", "Debian"}}}, {"note", "a b"}};
  static const std::vector<std::string> classes{"apache", "role::web"};
  const auto policy = Policy::parse(text, "p", sample_groups());
  if (!policy) return policy.error().message;
  const auto decision = policy->decide({{caller, role}, action, &facts, &classes});
  return (decision.allowed ? "yes " : "no ") + decision.decided_by;
}

TEST(PolicyTest, NothingIsAllowedByDefault) {
  EXPECT_EQ(ask("", "cert=a", "x"), "no p: no line matches");
  EXPECT_EQ(ask("# only a comment\n\n   \n  # and another", "cert=a", "x"),
            "no p: no line matches");
  EXPECT_EQ(ask("policy default deny", "cert=a", "x"), "no p:1");
  EXPECT_EQ(ask("\npolicy default allow\n", "cert=a", "x"), "yes p:2");
}

TEST(PolicyTest, TheFirstLineThatMatchesDecides) {
  constexpr auto kText =
      "policy default allow\n"
      "deny\tcert=bob\tstop\t*\t*\n"
      "allow\tcert=bob\t*\t*\t*\n"
      "deny\t*\t*\t*\t*\n";
  EXPECT_EQ(ask(kText, "cert=bob", "stop"), "no p:2");
  EXPECT_EQ(ask(kText, "cert=bob", "start"), "yes p:3");
  EXPECT_EQ(ask(kText, "cert=eve", "start"), "no p:4");
}

TEST(PolicyTest, CallersMatchExactly) {
  constexpr auto kText = "allow\tcert=admin2\t*\t*\t*";
  EXPECT_EQ(ask(kText, "cert=admin2", "x"), "yes p:1");
  for (const char* caller : {"cert=admin", "cert=admin22", "cert=Admin2", "xcert=admin2", "admin2",
                             "cert=", "", "cert=admin2 ", "cert=admin2\n", "*"})
    EXPECT_EQ(ask(kText, caller, "x"), "no p: no line matches") << caller;
}

TEST(PolicyTest, ListsHoldSeveralCallersAndActions) {
  constexpr auto kText = "allow\tcert=a  cert=b\tstart stop\t*\t*";
  EXPECT_EQ(ask(kText, "cert=a", "stop"), "yes p:1");
  EXPECT_EQ(ask(kText, "cert=b", "start"), "yes p:1");
  EXPECT_EQ(ask(kText, "cert=b", "restart"), "no p: no line matches");
  EXPECT_EQ(ask(kText, "cert=b", "sto"), "no p: no line matches");
}

TEST(PolicyTest, GroupsHoldTheirCallersAndRolesTheirs) {
  EXPECT_EQ(ask("allow\tadmins\t*\t*\t*", "cert=alice", "x"), "yes p:1");
  EXPECT_EQ(ask("allow\tadmins\t*\t*\t*", "cert=alic", "x"), "no p: no line matches");
  EXPECT_EQ(ask("allow\tadmins\t*\t*\t*", "admins", "x"), "no p: no line matches");
  EXPECT_EQ(ask("allow\toperators\t*\t*\t*", "cert=x", "x", Role::operator_), "yes p:1");
  EXPECT_EQ(ask("allow\toperators\t*\t*\t*", "cert=operators", "x", Role::orchestrator),
            "no p: no line matches");
  EXPECT_EQ(ask("allow\torchestrators\t*\t*\t*", "cert=x", "x", Role::orchestrator), "yes p:1");
  EXPECT_EQ(ask("allow\torchestrators\t*\t*\t*", "cert=orchestrators", "x", Role::operator_),
            "no p: no line matches");
}

struct Row {
  const char* fields;
  bool matches;
};
class PolicyConditions : public testing::TestWithParam<Row> {};

TEST_P(PolicyConditions, DecideWhetherALineMatches) {
  const auto& row = GetParam();
  EXPECT_EQ(ask("allow\t*\t*\t" + std::string(row.fields), "cert=a", "x"),
            row.matches ? "yes p:1" : "no p: no line matches")
      << row.fields;
}

constexpr Row kRows[] = {
    {"*", true},
    {"*\t*", true},
    {"country=de\t*", true},
    {"country=us\t*", false},
    {"country=de uptime=5\t*", true},
    {"country=de uptime=6\t*", false},
    {"uptime<=5 uptime>=5\t*", true},  // "<=" is not "<" and a value "=5"
    {"uptime<=4\t*", false},
    {"os.family=/deb/i\t*", true},
    {"absent!=x\t*", false},
    {"*\tapache", true},
    {"*\tapache role::web", true},
    {"*\tapache nginx", false},
    {"*\t/^role::/", true},
    {"country=de\tnginx", false},
    // Compounds, with four fields and with five.
    {"country=de and not nginx", true},
    {"country=us or apache", true},
    {"!country=de", false},
    {"(country=us or uptime<9) and /web$/", true},
    {"note='a b'", true},
    {"country=de and apache\trole::web", true},
    {"country=de and apache\tnginx", false},
};
INSTANTIATE_TEST_SUITE_P(Table, PolicyConditions, testing::ValuesIn(kRows),
                         [](const auto& row) { return "Row" + std::to_string(row.index); });

TEST(PolicyTest, TextOfFactsIsNeverCode) {
  for (const char* text : {"x`id`", "$(id)", "country=de;id"})
    EXPECT_NE(ask("allow\t*\t*\t" + std::string(text) + "\t*", "cert=a", "x").substr(0, 3), "yes")
        << text;
  const Value facts{{"a", "1' or '1'='1"}, {"b", "x == x or system('id')"}};
  const std::vector<std::string> classes;
  const auto policy = Policy::parse("allow\t*\t*\ta=1 b=x\t*", "p");
  ASSERT_TRUE(policy);
  EXPECT_FALSE(policy->decide({{"cert=a", Role::operator_}, "x", &facts, &classes}).allowed);
}

TEST(PolicyTest, OneLineThatDoesNotParseRefusesTheFile) {
  constexpr auto kBefore = "allow\t*\t*\t*\t*\n";
  const std::pair<const char*, const char*> lines[] = {
      {"deyn\tcert=eve\t*\t*\t*", "p:2: 'deyn' is neither allow nor deny; did you mean 'deny'?"},
      {"DENY\tcert=eve\t*\t*\t*", "p:2: 'DENY' is neither allow nor deny"},
      {"deny cert=eve * * *", "p:2: 1 fields where 4 or 5 must stand, separated by TABs"},
      {"deny\tcert=eve\t*", "p:2: 3 fields"},
      {"deny\tcert=eve\t*\t*\t*\t*", "p:2: '*' is no condition"},
      {"deny\t \t*\t*\t*", "p:2: the field of callers is empty"},
      {"deny\teve\t*\t*\t*", "p:2: 'eve' is neither cert=NAME nor a group"},
      {"deny\tadmin\t*\t*\t*", "did you mean 'admins'?"},
      {"deny\tuid=500\t*\t*\t*", "p:2: 'uid=500' is no caller: write cert=NAME"},
      {"deny\tcert=a/b\t*\t*\t*", "may hold only letters"},
      {"deny\tcert=a,cert=b\t*\t*\t*", "may hold only letters"},
      {"deny\t* cert=a\t*\t*\t*", "'*' already means any"},
      {"deny\tcert=a\t* stop\t*\t*", "'*' already means any"},
      {"deny\tcert=a\tst*\t*\t*", "action 'st*'"},
      {"deny\tcert=a\tStop\t*\t*", "action 'Stop'"},
      {"deny\tcert=a\t*\tcountry=\t*", "a value must follow '='"},
      {"deny\tcert=a\t*\tcountry=de and\t*", "must stand here"},
      {"deny\tcert=a\t*\t*\ta'b", "the name of a class"},
      {"deny\tcert=a\t*\tfstat('/x').size=1\t*", "cannot use data functions"},
      {"policy default denyy", "'denyy' is neither allow nor deny; did you mean 'deny'?"},
      {"polcy default deny", "did you mean 'policy'?"},
      {"policy deny", "write 'policy default deny'"},
      {"deny\tcert=a\t*\t*\t*\r", "p:2: Windows line ends"},
      {"deny\tcert=a\t*\t*\r\t*", "p:2: a control character (0x0d) in column"},
      {"deny\tcert=a\t*\t*\t* # why", "'*' already means any"},
      // Conditions that would be the names of classes, which no node has.
      {"deny\tcert=a\t*\t*\targs:user", "write args: VALUE, with a blank behind the colon"},
      {"deny\tcert=a\t*\t*\targs : user", "'args : user' is no condition"},
      {"deny\tcert=a\t*\t*\t*\ttime:mon", "'time:mon' is no condition"},
      {"deny\tcert=a\t*\ttime:mon", "in a field of its own behind the facts"},
      {"deny\tcert=a\t*\t*\targ:user", "'arg:user' is no class"},
      {"deny\tcert=a\t*\t*\trole::web args: user", "'args:' is no class"},
      {"deny\tcert=a\t*\t*\trole:::web", "'role:::web' is no class"},
  };
  for (const auto& [line, says] : lines)
    EXPECT_THAT(ask(std::string(kBefore) + line, "cert=root", "x"), HasSubstr(says)) << line;
  EXPECT_THAT(ask("policy default deny\npolicy default allow", "cert=a", "x"),
              HasSubstr("p:2: the default is already given in line 1"));
}

TEST(PolicyTest, RulesAreLimited) {
  std::string text;
  for (std::size_t i = 0; i <= kRulesMax; ++i) text += "deny\t*\t*\t*\n";
  EXPECT_THAT(ask(text, "cert=a", "x"), HasSubstr("p:1001: more than 1000 rules"));
  const auto problems = Policy::problems("alow\t*\t*\t*\n" + text + text, "p", sample_groups());
  ASSERT_EQ(problems.size(), 2U) << "what holds for every line is said once";
  EXPECT_THAT(problems[0], HasSubstr("p:1: "));
  EXPECT_EQ(problems[1], "p:1002: more than 1000 rules");
}

TEST(PolicyTest, AByteOrderMarkIsSkipped) {
  EXPECT_EQ(ask("\xef\xbb\xbfpolicy default allow\n", "cert=a", "x"), "yes p:1");
  EXPECT_EQ(ask("\xef\xbb\xbf# ours\nallow\tcert=a\t*\t*\t*", "cert=a", "x"), "yes p:2");
}

}  // namespace
}  // namespace muster::policy
