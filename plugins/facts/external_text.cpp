#include "plugins/facts/external_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "plugins/facts/text.hpp"
#include "proto/base/json_document.hpp"
#include "proto/base/names.hpp"
#include "proto/base/ruby_yaml.hpp"
#include "proto/base/strict_yaml.hpp"
#include "proto/base/utf8.hpp"

namespace muster::facts {
namespace {

base::DecodedText decoded(std::string_view text, std::string_view name, ParsedFacts& parsed) {
  auto out = base::decode_text(text);
  if (out.wrong_line > 0)
    parsed.doubt =
        fmt::format("{}:{}: bytes that are not UTF-8 are shown as U+FFFD; save the file as UTF-8",
                    name, out.wrong_line);
  return out;
}

std::size_t depth_of(const Value& value) {
  if (!value.is_structured()) return 0;
  std::size_t deepest = 0;
  for (const auto& item : value) deepest = std::max(deepest, depth_of(item));
  return deepest + 1;
}

// Of two spellings of a name the first counts.
void take_facts(const Value& map, std::string_view name, ParsedFacts& parsed) {
  for (const auto& [key, fact] : map.items()) {
    if (fact.is_null()) continue;
    if (depth_of(fact) <= kFactDepthMax)
      parsed.facts.emplace(lower(key), fact);
    else
      parsed.status =
          fail(Errc::limit, fmt::format("{}: fact {} nests deeper than the limit of {}; left out",
                                        name, base::quoted(key), kFactDepthMax));
  }
}

void take_document(const Result<Value>& value, std::string_view name, ParsedFacts& parsed) {
  if (!value)
    parsed.status = fail(value.error());
  else if (value->is_object())
    take_facts(*value, name, parsed);
  else if (!value->is_null())
    parsed.status = fail(Errc::invalid_data, fmt::format("{}:1: must hold a map of facts, not {}",
                                                         name, value->type_name()));
}

// Its first line that says something: "k=Error: x" is no YAML, though a parser would take it for some.
bool begins_with_key_value(std::string_view text) {
  std::string_view first;
  for_each_line(text, [&](std::string_view raw) {
    const auto line = trimmed(raw);
    if (first.empty() && !line.starts_with('#')) first = line;
  });
  const auto equals = first.find('=');
  return equals != std::string_view::npos && equals > 0 &&
         first.substr(0, equals).find_first_of(" \t:{[\"'") == std::string_view::npos;
}

}  // namespace

ParsedFacts parse_key_values(std::string_view text, std::string_view name) {
  ParsedFacts parsed;
  Value facts = Value::object();
  std::size_t number = 0;
  for_each_line(decoded(text, name, parsed).text, [&](std::string_view raw) {
    ++number;
    const auto line = trimmed(raw);
    if (line.empty() || line.starts_with('#')) return;
    const auto equals = line.find('=');
    const auto key = trimmed(line.substr(0, equals));
    if (equals == std::string_view::npos || key.empty()) {
      if (parsed.status)
        parsed.status = fail(Errc::invalid_data, fmt::format("{}:{}: {} is no key=value", name,
                                                             number, base::quoted(line)));
    } else if (const auto value = trimmed(line.substr(equals + 1)); !value.empty()) {
      facts[std::string(key)] = std::string(value);
    }
  });
  take_facts(facts, name, parsed);
  return parsed;
}

ParsedFacts parse_yaml(std::string_view text, std::string_view name) {
  ParsedFacts parsed;
  take_document(base::ruby_yaml(decoded(text, name, parsed).text, name), name, parsed);
  return parsed;
}

ParsedFacts parse_json(std::string_view text, std::string_view name) {
  ParsedFacts parsed;
  const auto whole = decoded(text, name, parsed).text;
  take_document(base::read_json(whole, name,
                                {.bytes = whole.size(),
                                 .depth = base::kYamlMaxDepth,
                                 .values = base::kYamlMaxValues,
                                 .last_of_equal_keys = true}),
                name, parsed);
  return parsed;
}

ParsedFacts parse_printed(std::string_view text, std::string_view name) {
  const auto start = trimmed(base::without_mark(text));
  if (begins_with_key_value(start)) return parse_key_values(text, name);
  const bool marked = start.starts_with('{') || start.starts_with("---");
  auto structured = parse_yaml(text, name);
  if (marked || (structured.status && !structured.facts.empty())) return structured;
  return parse_key_values(text, name);
}

}  // namespace muster::facts
