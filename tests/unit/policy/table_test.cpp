// Every question of table.txt gets the answer that stands there, from the line that stands there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "proto/base/files.hpp"
#include "proto/policy/policy.hpp"

namespace muster::policy {
namespace {

using testing::HasSubstr;

struct Case {
  std::string title;
  std::string policy;
  std::vector<std::string> questions;  // "? …" and "! …"
};

std::vector<Case> read_cases() {
  std::vector<Case> cases;
  std::istringstream text(base::read_file(MUSTER_POLICY_TABLE).value());
  for (std::string line; std::getline(text, line);) {
    if (line.starts_with("== "))
      cases.push_back({line.substr(3), "", {}});
    else if (cases.empty())
      continue;  // the table's own comment
    else if (line.starts_with("? ") || line.starts_with("! "))
      cases.back().questions.push_back(line);
    else
      cases.back().policy += line + "\n";
  }
  return cases;
}

Result<Policy> parsed(const std::string& text) {
  static const auto kGroups = std::make_shared<const Groups>(
      Groups::parse("admins cert=root cert=alice\nweb-team cert=wanda\n", "groups").value());
  return Policy::parse(text, "p", kGroups);
}

// "cert=alice/orchestrator status bare" -> "allowed 3".
std::string answer(const Policy& policy, const std::string& question) {
  static const Value kFacts = Value::parse(R"({"country": "de", "uptime": 5, "note": "a b",
    "os": {"family": "Debian"}, "list": ["x", "y"], "null": null})");
  static const std::vector<std::string> kClasses{"apache", "role::web"};
  static const Value kNone = Value::object();
  static const std::vector<std::string> kNoClasses;
  std::istringstream words(question);
  std::string caller;
  std::string action;
  std::string node;
  words >> caller >> action >> node;
  const auto slash = caller.find('/');
  const auto role =
      slash == std::string::npos ? security::Role::operator_ : security::Role::orchestrator;
  const bool bare = node == "bare";
  const auto id = caller.substr(0, slash);
  const auto decision =
      policy.decide({{id, role}, action, bare ? &kNone : &kFacts, bare ? &kNoClasses : &kClasses});
  const auto line = decision.decided_by.starts_with("p:") && !decision.line.empty()
                        ? decision.decided_by.substr(2)
                        : "-";
  return (decision.allowed ? "allowed " : "denied ") + line;
}

void check(const Case& one) {
  const auto policy = parsed(one.policy);
  for (const auto& question : one.questions) {
    if (question.starts_with("!")) {
      const auto space = question.find(' ', 2);
      ASSERT_FALSE(policy);
      EXPECT_THAT(policy.error().message, HasSubstr(question.substr(space + 1)));
      EXPECT_TRUE(policy.error().message.starts_with("p:" + question.substr(2, space - 2) + ": "))
          << policy.error().message;
      continue;
    }
    const auto equals = question.rfind(" = ");
    ASSERT_TRUE(policy) << policy.error().message;
    EXPECT_EQ(answer(*policy, question.substr(2, equals - 2)), question.substr(equals + 3))
        << question;
  }
}

TEST(PolicyTableTest, EveryQuestionGetsItsAnswerFromItsLine) {
  const auto cases = read_cases();
  std::size_t questions = 0;
  for (const auto& one : cases) {
    SCOPED_TRACE(one.title);
    EXPECT_FALSE(one.questions.empty());
    check(one);
    questions += one.questions.size();
  }
  EXPECT_GT(questions, 60U);
}

TEST(PolicyTableTest, EveryWrongLineIsAProblemAndAGoodPolicyHasNone) {
  for (const auto& one : read_cases())
    EXPECT_EQ(
        Policy::problems(one.policy, "p",
                         std::make_shared<const Groups>(
                             Groups::parse("admins cert=a\nweb-team cert=b", "groups").value()))
            .empty(),
        one.questions.front().starts_with("?"))
        << one.title;
  const auto several =
      Policy::problems("alow\t*\t*\t*\nallow\t*\t*\t*\ndeny\teve\t*\t*\npolicy default no\n", "p",
                       std::make_shared<const Groups>());
  ASSERT_EQ(several.size(), 3U);
  EXPECT_THAT(several[0], HasSubstr("p:1: 'alow'"));
  EXPECT_THAT(several[1], HasSubstr("p:3: 'eve'"));
  EXPECT_THAT(several[2], HasSubstr("p:4: 'no'"));
}

}  // namespace
}  // namespace muster::policy
