#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "proto/base/names.hpp"
#include "proto/base/nearest.hpp"
#include "proto/ddl/ddl.hpp"
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

Status add_word(const Agent& agent, const Action& action, const std::string& word, Value& out) {
  const auto where = agent.name + "#" + action.name;
  const auto equals = word.find('=');
  if (equals == std::string::npos || equals == 0)
    return fail(Errc::invalid_data, fmt::format("{} is not an input of {}: write name=value",
                                                base::quoted(word), where));
  const auto name = word.substr(0, equals);
  const auto input = std::find_if(action.inputs.begin(), action.inputs.end(),
                                  [&](const Input& i) { return i.name == name; });
  if (input == action.inputs.end()) {
    std::vector<std::string> known;
    for (const auto& i : action.inputs) known.push_back(i.name);
    return fail(Errc::invalid_data,
                fmt::format("{} has no input {}{}", where, base::quoted(name),
                            known.empty() ? "; it takes none" : base::hint_for(name, known)));
  }
  if (out.contains(name))
    return fail(Errc::invalid_data, fmt::format("input '{}' of {} is given twice", name, where));
  auto value = converted(input->type, word.substr(equals + 1));
  if (!value)
    return fail(
        Errc::invalid_data,
        fmt::format("input '{}' of {} must be {}{}, not {}", name, where, described(input->type),
                    how_to_write(input->type), base::quoted(word.substr(equals + 1))));
  out[name] = std::move(*value);
  return {};
}

}  // namespace

Result<Value> inputs_from_words(const Agent& agent, std::string_view action_name,
                                const std::vector<std::string>& words) {
  const Action* action = agent.find(action_name);
  if (!action)
    return fail(Errc::unknown_action,
                fmt::format("agent {} has no action {}{}", agent.name, base::quoted(action_name),
                            base::hint_for(action_name, agent.action_names())));
  Value out = Value::object();
  for (const auto& word : words) MUSTER_TRY(add_word(agent, *action, word, out));
  return out;
}

}  // namespace muster::ddl
