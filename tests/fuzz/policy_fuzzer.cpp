// A file of groups ('0'), and a policy file ('1').
#include <nlohmann/json.hpp>

#include "proto/policy/policy.hpp"
#include "tests/fuzz/fuzzer.hpp"

using muster::fuzz::require;
using muster::policy::Groups;
using muster::policy::Policy;

namespace {

void read_groups(std::string_view text) {
  const auto groups = Groups::parse(text, "groups");
  require(groups.has_value() == Groups::problems(text, "groups").empty(),
          "groups are read exactly when they have no problem");
}

void read_policy(std::string_view text) {
  static const auto admins =
      std::make_shared<const Groups>(Groups::parse("admins cert=a", "groups").value());
  const auto policy = Policy::parse(text, "p", admins);
  require(policy.has_value() == Policy::problems(text, "p", admins).empty(),
          "a policy is read exactly when it has no problem");
  if (!policy) return;
  static const muster::Value facts = {{"country", "de"}, {"n", 5}};
  static const std::vector<std::string> classes{"apache"};
  const auto role = muster::security::Role::operator_;
  static const muster::Value arguments = {{"user", "root"}, {"wait_s", 60}, {"tags", {"a"}}};
  muster::policy::Question question{{"cert=a", role}, "x", &facts, &classes, &arguments};
  question.now_ms = static_cast<std::int64_t>(text.size()) * 3'600'000;  // other hours and days
  const auto decision = policy->decide(question);
  require(!decision.decided_by.empty() && !decision.malformed, "a decision says what decided");
}

}  // namespace

MUSTER_FUZZER(policy) {
  const auto [reader, text] = muster::fuzz::choice_of(muster::fuzz::text_of(data, size), 2);
  reader == 0 ? read_groups(text) : read_policy(text);
  return 0;
}
