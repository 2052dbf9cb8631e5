#include <charconv>
#include <nlohmann/json.hpp>

#include "proto/filter/find_fact.hpp"

namespace muster::filter {
namespace {

const Value* element(const Value& list, std::string_view path) {
  const auto dot = path.find('.');
  const auto digits = path.substr(0, dot);
  std::size_t index = 0;
  const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), index);
  if (problem != std::errc() || end != digits.data() + digits.size() || index >= list.size())
    return nullptr;
  return dot == std::string_view::npos ? &list[index]
                                       : find_fact(list[index], path.substr(dot + 1));
}

}  // namespace

const Value* find_fact(const Value& facts, std::string_view path) {
  if (facts.is_array()) return element(facts, path);
  if (!facts.is_object()) return nullptr;
  // Keys may hold dots themselves ("eth0.100"): the longest key that leads anywhere wins.
  for (auto end = path.size(); end != std::string_view::npos && end > 0;
       end = path.rfind('.', end - 1)) {
    const auto found = facts.find(std::string(path.substr(0, end)));
    if (found == facts.end()) continue;
    if (end == path.size()) return &*found;
    if (const auto* deeper = find_fact(*found, path.substr(end + 1))) return deeper;
  }
  return nullptr;
}

}  // namespace muster::filter
