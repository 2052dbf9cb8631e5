#include "proto/ddl/types.hpp"

#include <array>

namespace muster::ddl {
namespace {

struct Row {
  Type type;
  std::string_view name;
  std::string_view described;
};

constexpr std::array kTypes{
    Row{Type::string, "string", "a string"},    Row{Type::list, "list", "a string of its list"},
    Row{Type::boolean, "boolean", "a boolean"}, Row{Type::integer, "integer", "an integer"},
    Row{Type::float_, "float", "a float"},      Row{Type::number, "number", "a number"},
    Row{Type::hash, "hash", "a hash"},          Row{Type::array, "array", "an array"},
    Row{Type::any, "any", "any value"}};

const Row& row_of(Type type) {
  for (const auto& row : kTypes)
    if (row.type == type) return row;
  return kTypes.back();
}

}  // namespace

std::optional<Type> type_from(std::string_view name) {
  std::string lower(name);
  for (auto& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  if (lower == "int") return Type::integer;
  for (const auto& row : kTypes)
    if (row.name == lower) return row.type;
  return std::nullopt;
}

std::string_view name_of(Type type) {
  return row_of(type).name;
}
std::string_view described(Type type) {
  return row_of(type).described;
}

const std::vector<std::string>& type_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> out;
    for (const auto& row : kTypes) out.emplace_back(row.name);
    return out;
  }();
  return names;
}

bool is_of(Type type, const Value& value) {
  switch (type) {
    case Type::string:
    case Type::list:
      return value.is_string();
    case Type::boolean:
      return value.is_boolean();
    case Type::integer:
      return value.is_number_integer();
    case Type::float_:
    case Type::number:
      return value.is_number();
    case Type::hash:
      return value.is_object();
    case Type::array:
      return value.is_array();
    case Type::any:
      return true;
  }
  return false;
}

}  // namespace muster::ddl
