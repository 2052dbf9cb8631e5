#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "proto/base/names.hpp"
#include "proto/base/nearest.hpp"
#include "proto/ddl/check_value.hpp"
#include "proto/ddl/ddl.hpp"
#include "proto/ddl/types.hpp"
#include "proto/ddl/validators.hpp"

namespace muster::ddl {
namespace {

std::string shown(const Value& value) {
  constexpr std::size_t kShownBytes = 80;
  auto text = value.dump(-1, ' ', true, Value::error_handler_t::replace);
  if (text.size() <= kShownBytes) return text;
  text.resize(kShownBytes);
  text += "…";
  return text;
}

// UTF-8 continuation bytes begin no character.
std::int64_t characters(std::string_view text) {
  return std::count_if(text.begin(), text.end(),
                       [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; });
}

const Input* find_input(const Action& action, const std::string& name) {
  for (const auto& input : action.inputs)
    if (input.name == name) return &input;
  return nullptr;
}

Status check_names(const std::string& where, const Action& action, const Value& inputs) {
  if (action.undeclared_inputs) return {};
  for (const auto& [name, unused] : inputs.items()) {
    if (find_input(action, name)) continue;
    std::vector<std::string> known;
    for (const auto& input : action.inputs) known.push_back(input.name);
    return fail(Errc::invalid_data,
                fmt::format("{} has no input {}{}", where, base::quoted(name),
                            known.empty() ? "; it takes none" : base::hint_for(name, known)));
  }
  return {};
}

// A null is no value here either.
void add_undeclared(const Action& action, const Value& inputs, Value& checked) {
  for (const auto& [name, value] : inputs.items())
    if (!find_input(action, name) && !value.is_null()) checked[name] = value;
}

}  // namespace

std::string why_invalid(const Input& input, const Value& value) {
  if (!is_of(input.type, value))
    return fmt::format("must be {}, not {}", described(input.type), shown(value));
  if (input.type == Type::list) {
    const auto& text = value.get_ref<const std::string&>();
    if (std::find(input.list.begin(), input.list.end(), text) != input.list.end()) return "";
    return fmt::format("must be one of {}, not {}", fmt::join(input.list, ", "), shown(value));
  }
  if (input.type != Type::string) return "";
  const auto& text = value.get_ref<const std::string&>();
  if (input.maxlength > 0 && characters(text) > input.maxlength)
    return fmt::format("must be at most {} characters long, not {}", input.maxlength,
                       characters(text));
  if (input.validation.empty()) return "";
  const auto why = why_invalid(input.validation, text);
  return why.empty() ? "" : fmt::format("{}, not {}", why, shown(value));
}

Result<Value> check_inputs(const Agent& agent, std::string_view action_name, const Value& inputs) {
  const Action* action = agent.find(action_name);
  if (!action)
    return fail(Errc::unknown_action,
                fmt::format("agent {} has no action {}{}", agent.name, base::quoted(action_name),
                            base::hint_for(action_name, agent.action_names())));
  const auto where = agent.name + "#" + action->name;
  if (!inputs.is_object() && !inputs.is_null())
    return fail(Errc::invalid_data,
                fmt::format("the inputs of {} must be a map, not {}", where, shown(inputs)));
  MUSTER_TRY(check_names(where, *action, inputs));
  Value checked = Value::object();
  for (const auto& input : action->inputs) {
    // A null is no value: clients send it for what their user left out.
    Value value = inputs.is_object() ? inputs.value(input.name, Value(nullptr)) : Value(nullptr);
    if (value.is_null()) value = input.default_value;
    if (value.is_null()) {
      if (input.optional) continue;
      return fail(Errc::missing_data, fmt::format("{} needs input '{}' ({})", where, input.name,
                                                  described(input.type)));
    }
    if (const auto why = why_invalid(input, value); !why.empty())
      return fail(Errc::invalid_data, fmt::format("input '{}' of {} {}", input.name, where, why));
    checked[input.name] = std::move(value);
  }
  if (action->undeclared_inputs && inputs.is_object()) add_undeclared(*action, inputs, checked);
  return checked;
}

}  // namespace muster::ddl
