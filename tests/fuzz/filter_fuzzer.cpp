// A filter as operators type it and as requests carry it: one expression. '0' reads it as a fact,
// '1' a class, '2' an agent, '3' an identity, '4' a compound, '5' as what --with takes.
#include <nlohmann/json.hpp>

#include "proto/filter/filter.hpp"
#include "proto/filter/subject.hpp"
#include "tests/fuzz/fuzzer.hpp"

namespace {

using muster::filter::Text;

void judge(const Text& text) {
  static const muster::Value facts = muster::Value::parse(
      R"({"country": "de", "os": {"family": "Debian"}, "list": ["a", {"b": 1}], "n": 5.5, "null": null})");
  static const std::vector<std::string> names{"apache", "role::web"};
  const auto parsed = muster::filter::Filter::parse(text);
  if (!parsed) {
    muster::fuzz::require(!parsed.error().message.empty(), "a refused filter says why");
    return;
  }
  const muster::filter::Subject node{"web1.example.test", &facts, &names, &names, nullptr};
  const bool yes = parsed->explain(node).answer == muster::filter::Truth::yes;
  muster::fuzz::require(parsed->matches(node) == yes, "a filter explains what it answers");
}

}  // namespace

MUSTER_FUZZER(filter) {
  const auto [reader, rest] = muster::fuzz::choice_of(muster::fuzz::text_of(data, size), 6);
  const std::string text(rest);
  if (reader == 0) judge({.facts = {text}});
  if (reader == 1) judge({.classes = {text}});
  if (reader == 2) judge({.agents = {text}});
  if (reader == 3) judge({.identities = {text}});
  if (reader == 4) judge({.compounds = {text}});
  if (reader < 5) return 0;
  if (const auto with = muster::filter::parse_with(text)) judge(*with);
  return 0;
}
