#include "proto/ddl/convert.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "proto/ddl/types.hpp"

namespace muster::ddl {
namespace {

std::optional<Value> boolean_from(std::string word) {
  std::transform(word.begin(), word.end(), word.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  for (const char* yes : {"true", "t", "yes", "y", "1"})
    if (word == yes) return Value(true);
  for (const char* no : {"false", "f", "no", "n", "0"})
    if (word == no) return Value(false);
  return std::nullopt;
}

template <class Number>
std::optional<Value> number_from(const std::string& word) {
  Number number{};
  const auto* end = word.data() + word.size();
  const auto [stop, problem] = std::from_chars(word.data(), end, number);
  if (problem != std::errc() || stop != end) return std::nullopt;
  return Value(number);
}

std::optional<Value> real_from(const std::string& word) {
  auto real = number_from<double>(word);
  // JSON has no infinities.
  return real && std::isfinite(real->get<double>()) ? real : std::nullopt;
}

std::optional<Value> json_from(const std::string& word, Type type) {
  auto value = Value::parse(word, nullptr, /*allow_exceptions=*/false);
  if (value.is_discarded() || !is_of(type, value)) return std::nullopt;
  return value;
}

}  // namespace

std::optional<Value> converted(Type type, const std::string& word) {
  switch (type) {
    case Type::boolean:
      return boolean_from(word);
    case Type::integer:
      return number_from<std::int64_t>(word);
    case Type::float_:
      return real_from(word);
    case Type::number: {
      auto integer = number_from<std::int64_t>(word);
      return integer ? integer : real_from(word);
    }
    case Type::hash:
    case Type::array:
      return json_from(word, type);
    case Type::string:
    case Type::list:
    case Type::any:
      return Value(word);
  }
  return std::nullopt;
}

std::string_view how_to_write(Type type) {
  if (type == Type::boolean) return " (true or false)";
  if (type == Type::hash) return R"( in JSON ({"key": "value"}))";
  if (type == Type::array) return R"( in JSON (["a", "b"]))";
  return "";
}

}  // namespace muster::ddl
