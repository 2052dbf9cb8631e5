#include <algorithm>

#include "proto/ddl/ddl.hpp"

namespace muster::ddl {

const Action* Agent::find(std::string_view action) const {
  const auto found = std::find_if(actions.begin(), actions.end(),
                                  [&](const Action& a) { return a.name == action; });
  return found == actions.end() ? nullptr : &*found;
}

std::vector<std::string> Agent::action_names() const {
  std::vector<std::string> names;
  for (const auto& action : actions) names.push_back(action.name);
  return names;
}

const Output* Data::find(std::string_view output) const {
  const auto found = std::find_if(outputs.begin(), outputs.end(),
                                  [&](const Output& o) { return o.name == output; });
  return found == outputs.end() ? nullptr : &*found;
}

void fill_outputs(const Action& action, Value& data) {
  fill_outputs(action.outputs, data);
}

void fill_outputs(const std::vector<Output>& outputs, Value& data) {
  if (data.is_null()) data = Value::object();
  if (!data.is_object()) return;
  for (const auto& output : outputs)
    if (!data.contains(output.name)) data[output.name] = output.default_value;
}

}  // namespace muster::ddl
