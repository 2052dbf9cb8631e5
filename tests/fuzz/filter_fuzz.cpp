#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "proto/filter/filter.hpp"
#include "proto/filter/subject.hpp"
#include "proto/policy/policy.hpp"
#include "tests/fuzz/mutator.hpp"

namespace muster {
namespace {

const Value& facts() {
  static const Value kFacts = Value::parse(
      R"({"country": "de", "os": {"family": "Debian"}, "list": ["a", {"b": 1}], "n": 5.5, "null": null})");
  return kFacts;
}

TEST(FilterFuzz, WhatParsesAnswersAndExplainsAlike) {
  const std::vector<std::string> corpus = {"country=de",
                                           "os.family =~ /deb/i",
                                           "n >= 5.10",
                                           "apache",
                                           "/^role::(web|db)$/",
                                           "web1.example.com",
                                           "(country=de or list.1.b=1) and not /web/",
                                           "!fstat('/etc/hosts').size > 100 or note='a (b) \\' c'",
                                           "not(not(not(a and b or c=~\"x\")))"};
  fuzz::run(corpus, 5'000, [](std::string_view input) {
    const std::string text(input);
    const std::vector<std::string> names{"apache", "role::web"};
    const filter::Subject node{"web1.example.com", &facts(), &names, &names, nullptr};
    for (const filter::Text& one :
         {filter::Text{.facts = {text}}, filter::Text{.classes = {text}},
          filter::Text{.agents = {text}}, filter::Text{.identities = {text}},
          filter::Text{.compounds = {text}}}) {
      const auto parsed = filter::Filter::parse(one);
      if (!parsed) {
        EXPECT_FALSE(parsed.error().message.empty());
        continue;
      }
      EXPECT_EQ(parsed->matches(node), parsed->explain(node).answer == filter::Truth::yes);
    }
  });
}

TEST(PolicyFuzz, APolicyParsesExactlyWhenItHasNoProblems) {
  const std::vector<std::string> corpus = {
      "policy default deny\nallow\tcert=a admins\tx y\tcountry=de n>5\tapache /^role/\n",
      "# all\ndeny\toperators\t*\t(country=us or apache) and not n=5\n\nallow\t*\t*\t*\t*\n",
      "policy default allow\n"};
  const auto groups =
      std::make_shared<const policy::Groups>(policy::Groups::parse("admins cert=a", "g").value());
  fuzz::run(corpus, 5'000, [&](std::string_view input) {
    const auto parsed = policy::Policy::parse(input, "p", groups);
    EXPECT_EQ(parsed.has_value(), policy::Policy::problems(input, "p", groups).empty());
    if (!parsed) return;
    const std::vector<std::string> classes{"apache"};
    const auto decision =
        parsed->decide({{"cert=a", security::Role::operator_}, "x", &facts(), &classes});
    EXPECT_FALSE(decision.decided_by.empty());
    EXPECT_FALSE(decision.malformed);
  });
}

}  // namespace
}  // namespace muster
