// A filter as operators type it and as requests carry it: one expression, read as each of the five kinds.
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

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(muster::fuzz::text_of(data, size));
  judge({.facts = {text}});
  judge({.classes = {text}});
  judge({.agents = {text}});
  judge({.identities = {text}});
  judge({.compounds = {text}});
  if (const auto with = muster::filter::parse_with(text)) judge(*with);
  return 0;
}
