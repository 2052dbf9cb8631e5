#include "orchestrator/provision/step_check.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "orchestrator/provision/variables.hpp"
#include "proto/base/names.hpp"
#include "proto/base/nearest.hpp"
#include "proto/ddl/texts.hpp"

namespace muster::provision {
namespace {

constexpr std::string_view kFence = "fence";

Status check_arguments(const ddl::Action& action, const std::string& call, const Value& arguments) {
  std::vector<std::string> known;
  for (const auto& input : action.inputs) known.push_back(input.name);
  for (const auto& [name, value] : arguments.items())
    if (std::find(known.begin(), known.end(), name) == known.end())
      return fail(Errc::config, fmt::format("{} has no input {}{}", call, base::quoted(name),
                                            base::hint_for(name, known)));
  for (const auto& input : action.inputs)
    if (!input.optional && input.default_value.is_null() && input.name != kFence &&
        !arguments.contains(input.name))
      return fail(Errc::config, fmt::format("{} needs the input '{}'", call, input.name));
  return {};
}

Status check_call(const Step& step) {
  MUSTER_ASSIGN(const auto agent, ddl::built_in(step.agent));
  const auto* action = agent.find(step.action);
  const auto call = step.agent + "#" + step.action;
  if (action == nullptr)
    return fail(Errc::config, fmt::format("unknown action {}{}", base::quoted(call),
                                          base::hint_for(step.action, agent.action_names())));
  MUSTER_TRY(check_arguments(*action, call, step.arguments));
  std::vector<std::string> outputs;
  for (const auto& output : action->outputs) outputs.push_back(output.name);
  for (const auto& name : step.save)
    if (std::find(outputs.begin(), outputs.end(), name) == outputs.end())
      return fail(Errc::config, fmt::format("{} has no output {} to save{}", call,
                                            base::quoted(name), base::hint_for(name, outputs)));
  return {};
}

}  // namespace

Status check_step(const Step& step) {
  if (!step.arguments.is_object()) return fail(Errc::config, "'with' must be a map of inputs");
  if (step.kind == Kind::call && !step.agent.empty()) MUSTER_TRY(check_call(step));
  if (step.kind == Kind::puppet_run &&
      (!step.arguments.contains("environment") || !step.arguments.at("environment").is_string()))
    return fail(Errc::config, "'do: puppet-run' needs with: {environment: NAME}");
  if (step.kind == Kind::puppet_run && step.arguments.size() > 1)
    return fail(Errc::config, "'do: puppet-run' takes only with: {environment: NAME}");
  return {};
}

}  // namespace muster::provision
