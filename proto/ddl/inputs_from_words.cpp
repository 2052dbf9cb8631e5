#include <fmt/format.h>

#include <algorithm>

#include "proto/base/names.hpp"
#include "proto/base/nearest.hpp"
#include "proto/ddl/convert.hpp"
#include "proto/ddl/ddl.hpp"
#include "proto/ddl/types.hpp"

namespace muster::ddl {
namespace {

Status add_word(const Agent& agent, const Action& action, const std::string& word, Value& out) {
  const auto where = agent.name + "#" + action.name;
  const auto equals = word.find('=');
  if (equals == std::string::npos || equals == 0)
    return fail(Errc::invalid_data, fmt::format("{} is not an input of {}: write name=value",
                                                base::quoted(word), where));
  const auto name = word.substr(0, equals);
  const auto input = std::find_if(action.inputs.begin(), action.inputs.end(),
                                  [&](const Input& i) { return i.name == name; });
  if (input == action.inputs.end() && !action.undeclared_inputs) {
    std::vector<std::string> known;
    for (const auto& i : action.inputs) known.push_back(i.name);
    return fail(Errc::invalid_data,
                fmt::format("{} has no input {}{}", where, base::quoted(name),
                            known.empty() ? "; it takes none" : base::hint_for(name, known)));
  }
  if (out.contains(name))
    return fail(Errc::invalid_data, fmt::format("input '{}' of {} is given twice", name, where));
  if (input == action.inputs.end()) {
    out[name] = word.substr(equals + 1);  // text, as `mco` sends it
    return {};
  }
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
