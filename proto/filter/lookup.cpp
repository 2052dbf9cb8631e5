#include "proto/filter/lookup.hpp"

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>

#include "proto/filter/comparison.hpp"
#include "proto/filter/subject.hpp"

namespace muster::filter {
namespace {

// Neither stands in a name of a fact, class or agent.
constexpr char kBetween = '\0';
constexpr std::string_view kAnyMap("\0map", 4);

LookupKey key_of(char kind, std::string_view name, std::string_view value) {
  std::string whole;
  whole.reserve(name.size() + value.size() + 2);
  whole += kind;
  whole += name;
  whole += kBetween;
  whole += value;
  return std::hash<std::string_view>()(whole);
}

LookupKey fact_key(std::string_view path, std::string_view value) {
  return key_of('f', path, value);
}

bool is_number(std::string_view part) {
  return !part.empty() &&
         std::all_of(part.begin(), part.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Whether a part of the path may be the number of an element.
bool counts(std::string_view path) {
  while (!path.empty()) {
    const auto dot = path.find('.');
    if (is_number(path.substr(0, dot))) return true;
    if (dot == std::string_view::npos) return false;
    path.remove_prefix(dot + 1);
  }
  return false;
}

void add_fact(const std::string& path, const Value& fact, std::vector<LookupKey>& keys) {
  if (fact.is_object()) {
    keys.push_back(fact_key(path, kAnyMap));
    for (const auto& [name, value] : fact.items()) add_fact(path + "." + name, value, keys);
  } else if (fact.is_array()) {
    for (const auto& element : fact)
      if (!element.is_structured()) keys.push_back(fact_key(path, text_of(element)));
  } else {
    keys.push_back(fact_key(path, text_of(fact)));
  }
}

}  // namespace

Lookup fact_lookup(std::string_view path, std::string_view value) {
  if (counts(path)) return {};
  return {fact_key(path, value), fact_key(path, kAnyMap)};
}

Lookup agent_lookup(std::string_view agent) {
  return {key_of('a', agent, "")};
}

Lookup class_lookup(std::string_view name) {
  return {key_of('c', name, "")};
}

std::vector<LookupKey> lookup_keys(const Subject& subject) {
  std::vector<LookupKey> keys;
  if (subject.agents != nullptr)
    for (const auto& agent : *subject.agents) keys.push_back(key_of('a', agent, ""));
  if (subject.classes != nullptr)
    for (const auto& name : *subject.classes) keys.push_back(key_of('c', name, ""));
  if (subject.facts != nullptr && subject.facts->is_object())
    for (const auto& [name, value] : subject.facts->items()) add_fact(name, value, keys);
  return keys;
}

}  // namespace muster::filter
