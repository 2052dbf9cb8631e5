#include <fmt/format.h>

#include <algorithm>

#include "proto/base/names.hpp"
#include "proto/base/nearest.hpp"
#include "proto/ddl/parsers.hpp"
#include "proto/ddl/types.hpp"

namespace muster::ddl {
namespace {

Result<Display> parse_display(const JsonCursor& at) {
  MUSTER_ASSIGN(const auto word, at.text_or("display", "failed"));
  if (word == "ok") return Display::ok;
  if (word == "failed") return Display::failed;
  if (word == "always") return Display::always;
  return at.error(fmt::format("unknown display {}{}", base::quoted(word),
                              base::hint_for(word, {"ok", "failed", "always"})));
}

Result<Output> parse_output(const std::string& name, const JsonCursor& at) {
  MUSTER_TRY(at.only_keys({"description", "display_as", "type", "default"}));
  Output output;
  output.name = name;
  MUSTER_ASSIGN(output.description, at.text("description"));
  MUSTER_ASSIGN(output.display_as, at.text("display_as"));
  MUSTER_ASSIGN(const auto type, at.text_or("type", ""));
  if (!type.empty()) {
    const auto known = type_from(type);
    if (!known)
      return at.error(
          fmt::format("unknown type {}{}", base::quoted(type), base::hint_for(type, type_names())));
    output.type = name_of(*known);
  }
  output.default_value = at.any("default");
  return output;
}

Result<Aggregate> parse_aggregate(const JsonCursor& at, const Action& action) {
  MUSTER_TRY(at.only_keys({"function", "args"}));
  Aggregate aggregate;
  MUSTER_ASSIGN(aggregate.function, at.text("function"));
  static const std::vector<std::string> kFunctions{"summary", "average", "sum", "chart"};
  if (std::find(kFunctions.begin(), kFunctions.end(), aggregate.function) == kFunctions.end())
    return at.error(fmt::format("unknown function {}{}", base::quoted(aggregate.function),
                                base::hint_for(aggregate.function, kFunctions)));
  MUSTER_ASSIGN(const auto args, at.list("args"));
  if (args.empty() || !args.front().value().is_string())
    return at.error("args must begin with the name of an output");
  const auto& name = args.front().value().get_ref<const std::string&>();
  std::vector<std::string> outputs;
  for (const auto& output : action.outputs) outputs.push_back(output.name);
  if (std::find(outputs.begin(), outputs.end(), name) == outputs.end())
    return at.error(fmt::format("no output {} to {}{}", base::quoted(name), aggregate.function,
                                base::hint_for(name, outputs)));
  aggregate.args = at.any("args");
  return aggregate;
}

Status read_inputs_and_outputs(const JsonCursor& at, Action& action) {
  MUSTER_ASSIGN(const auto inputs, at.map("input"));
  for (const auto& [name, input_at] : inputs.entries()) {
    MUSTER_ASSIGN(auto input, parse_input(name, input_at));
    action.inputs.push_back(std::move(input));
  }
  MUSTER_ASSIGN(const auto outputs, at.map("output"));
  for (const auto& [name, output_at] : outputs.entries()) {
    MUSTER_ASSIGN(auto output, parse_output(name, output_at));
    action.outputs.push_back(std::move(output));
  }
  return {};
}

}  // namespace

Result<Action> parse_action(const JsonCursor& at) {
  MUSTER_TRY(at.only_keys({"action", "description", "display", "input", "output", "aggregate"}));
  Action action;
  MUSTER_ASSIGN(action.name, at.text("action"));
  if (auto word = base::check_word("action", action.name); !word)
    return at.error(word.error().message);
  MUSTER_ASSIGN(action.description, at.text("description"));
  MUSTER_ASSIGN(action.display, parse_display(at));
  MUSTER_TRY(read_inputs_and_outputs(at, action));
  if (!at.has("aggregate")) return action;
  MUSTER_ASSIGN(const auto aggregates, at.list("aggregate"));
  for (const auto& aggregate_at : aggregates) {
    MUSTER_ASSIGN(auto aggregate, parse_aggregate(aggregate_at, action));
    action.aggregates.push_back(std::move(aggregate));
  }
  return action;
}

}  // namespace muster::ddl
