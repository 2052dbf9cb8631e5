#include "proto/base/utf8_value.hpp"

#include <nlohmann/json.hpp>

#include "proto/base/utf8.hpp"

namespace muster::base {
namespace {

// A byte becomes three at most.
std::string replaced(const std::string& text) {
  return as_utf8(text, text.size() * 3);
}

void note(std::optional<std::string>& first, const std::string& where) {
  if (!first) first = where.empty() ? "." : where.substr(1);
}

void walk(Value& value, const std::string& where, std::optional<std::string>& first);

void walk_map(Value& map, const std::string& where, std::optional<std::string>& first) {
  Value renamed = Value::object();
  for (auto entry = map.begin(); entry != map.end();) {
    const auto name = replaced(entry.key());
    const auto place = where + "." + name;
    walk(entry.value(), place, first);
    if (name == entry.key()) {
      ++entry;
      continue;
    }
    note(first, place);
    renamed[name] = std::move(entry.value());
    entry = map.erase(entry);
  }
  map.update(renamed);
}

void walk(Value& value, const std::string& where, std::optional<std::string>& first) {
  if (value.is_string()) {
    if (is_utf8(value.get_ref<const std::string&>())) return;
    note(first, where);
    value = replaced(value.get_ref<const std::string&>());
  } else if (value.is_array()) {
    std::size_t index = 0;
    for (auto& item : value) walk(item, where + "." + std::to_string(index++), first);
  } else if (value.is_object()) {
    walk_map(value, where, first);
  }
}

}  // namespace

std::optional<std::string> replace_wrong_bytes(Value& value) {
  std::optional<std::string> first;
  walk(value, "", first);
  return first;
}

}  // namespace muster::base
