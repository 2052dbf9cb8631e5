// Every question of table.txt gets the answer that stands there, from the line that stands there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ctime>
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

// What a question says beyond caller and action.
struct Said {
  bool bare = false;
  bool lease = false;
  Value arguments = Value::object();
  std::vector<std::string> guarded;
  Scope scope;
  std::int64_t now_ms = 0;
};

std::int64_t ms_of(const std::string& text) {
  std::tm parts{};
  EXPECT_NE(::strptime(text.c_str(), "%Y-%m-%dT%H:%M", &parts), nullptr) << text;
  return std::int64_t{::timegm(&parts)} * 1000;
}

void hear_pair(const std::string& key, const std::string& value, Said& said) {
  if (key == "guarded")
    said.guarded.push_back(value);
  else if (key == "time")
    said.now_ms = ms_of(value);
  else if (key == "targets")
    said.scope.targets = std::stoul(value);
  else if (key == "by")
    said.scope.approved_by.push_back(value);
  else
    said.arguments[key] = Value::accept(value) ? Value::parse(value) : Value(value);
}

void hear(const std::string& word, Said& said) {
  const auto equals = word.find('=');
  if (equals != std::string::npos)
    return hear_pair(word.substr(0, equals), word.substr(equals + 1), said);
  EXPECT_THAT(word, testing::AnyOf("web", "bare", "lease", "filtered", "confirmed"));
  said.bare = said.bare || word == "bare";
  said.lease = said.lease || word == "lease";
  said.scope.filtered = said.scope.filtered || word == "filtered";
  said.scope.confirmed = said.scope.confirmed || word == "confirmed";
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
  words >> caller >> action;
  Said said;
  for (std::string word; words >> word;) hear(word, said);
  said.scope.filtered = said.scope.filtered || said.scope.targets > 0;
  const auto slash = caller.find('/');
  const auto role =
      slash == std::string::npos ? security::Role::operator_ : security::Role::orchestrator;
  const auto id = caller.substr(0, slash);
  const auto decision = policy.decide({{id, role, said.lease},
                                       action,
                                       said.bare ? &kNone : &kFacts,
                                       said.bare ? &kNoClasses : &kClasses,
                                       &said.arguments,
                                       said.guarded,
                                       said.scope,
                                       said.now_ms});
  const auto place = decision.decided_by.substr(0, decision.decided_by.find(": "));
  const auto line = place.starts_with("p:") && !decision.line.empty() ? place.substr(2) : "-";
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
  EXPECT_GT(questions, 160U);
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
