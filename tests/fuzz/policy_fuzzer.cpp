// A policy file and a file of groups.
#include <nlohmann/json.hpp>

#include "proto/policy/policy.hpp"
#include "tests/fuzz/fuzzer.hpp"

using muster::fuzz::require;
using muster::policy::Groups;
using muster::policy::Policy;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = muster::fuzz::text_of(data, size);
  const auto groups = Groups::parse(text, "groups");
  require(groups.has_value() == Groups::problems(text, "groups").empty(),
          "groups are read exactly when they have no problem");
  static const auto admins =
      std::make_shared<const Groups>(Groups::parse("admins cert=a", "groups").value());
  const auto policy = Policy::parse(text, "p", admins);
  require(policy.has_value() == Policy::problems(text, "p", admins).empty(),
          "a policy is read exactly when it has no problem");
  if (!policy) return 0;
  static const muster::Value facts = {{"country", "de"}, {"n", 5}};
  static const std::vector<std::string> classes{"apache"};
  const auto role = muster::security::Role::operator_;
  static const muster::Value arguments = {{"user", "root"}, {"wait_s", 60}, {"tags", {"a"}}};
  muster::policy::Question question{{"cert=a", role}, "x", &facts, &classes, &arguments};
  question.now_ms = static_cast<std::int64_t>(size) * 3'600'000;  // other hours and days
  const auto decision = policy->decide(question);
  require(!decision.decided_by.empty() && !decision.malformed, "a decision says what decided");
  return 0;
}
