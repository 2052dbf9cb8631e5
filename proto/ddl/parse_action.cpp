#include <fmt/format.h>

#include <algorithm>

#include "proto/base/names.hpp"
#include "proto/base/nearest.hpp"
#include "proto/ddl/parsers.hpp"

namespace muster::ddl {
namespace {

Result<Display> parse_display(const JsonCursor& at) {
  if (at.any("display") == Value("")) return Display::failed;  // as Choria writes "none said"
  MUSTER_ASSIGN(const auto word, at.text_or("display", "failed"));
  if (word == "ok") return Display::ok;
  if (word == "failed") return Display::failed;
  if (word == "always") return Display::always;
  return at.error(fmt::format("unknown display {}{}", base::quoted(word),
                              base::hint_for(word, {"ok", "failed", "always"})));
}

Status read_inputs_and_outputs(const JsonCursor& at, Action& action) {
  MUSTER_ASSIGN(const auto inputs, at.map_or_null("input"));
  for (const auto& [name, input_at] : inputs.entries()) {
    MUSTER_ASSIGN(auto input, parse_input(name, input_at));
    action.inputs.push_back(std::move(input));
  }
  MUSTER_ASSIGN(const auto outputs, at.map_or_null("output"));
  MUSTER_ASSIGN(action.outputs, parse_outputs(outputs));
  return {};
}

}  // namespace

Result<Action> parse_action(const JsonCursor& at) {
  MUSTER_TRY(at.only_keys(
      {"action", "description", "display", "input", "output", "aggregate", "undeclared_inputs"}));
  Action action;
  MUSTER_ASSIGN(action.name, at.text("action"));
  if (auto word = base::check_word("action", action.name); !word)
    return at.error(word.error().message);
  MUSTER_ASSIGN(action.description, at.text("description"));
  MUSTER_ASSIGN(action.display, parse_display(at));
  MUSTER_ASSIGN(action.undeclared_inputs, at.boolean_or("undeclared_inputs", false));
  MUSTER_TRY(read_inputs_and_outputs(at, action));
  if (at.any("aggregate").is_null()) return action;
  MUSTER_ASSIGN(const auto aggregates, at.list("aggregate"));
  for (const auto& aggregate_at : aggregates) {
    MUSTER_ASSIGN(auto aggregate, parse_aggregate(aggregate_at, action));
    action.aggregates.push_back(std::move(aggregate));
  }
  return action;
}

}  // namespace muster::ddl
