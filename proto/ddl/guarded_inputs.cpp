#include "proto/ddl/ddl.hpp"

namespace muster::ddl {

Value with_defaults(const Agent& agent, std::string_view action, const Value& inputs) {
  Value out = Value::object();
  if (inputs.is_object())
    for (const auto& [name, value] : inputs.items())
      if (!value.is_null()) out[name] = value;
  const Action* described = agent.find(action);
  if (described == nullptr) return out;
  for (const auto& input : described->inputs)
    if (!input.default_value.is_null() && !out.contains(input.name))
      out[input.name] = input.default_value;
  return out;
}

std::vector<std::string> guarded_inputs(const Agent& agent, std::string_view action,
                                        const Value& inputs) {
  std::vector<std::string> out;
  const Action* described = agent.find(action);
  if (described == nullptr || !inputs.is_object()) return out;
  for (const auto& input : described->inputs) {
    if (!input.guarded) continue;
    const auto given = inputs.find(input.name);
    if (given != inputs.end() && !given->is_null()) out.push_back(input.name);
  }
  return out;
}

}  // namespace muster::ddl
