#include "orchestrator/workflow/check_call.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "orchestrator/workflow/check_program.hpp"
#include "orchestrator/workflow/check_wait.hpp"
#include "proto/base/names.hpp"
#include "proto/base/nearest.hpp"

namespace muster::workflow {
namespace {

bool is_the_engines(std::string_view input) {
  return input == kFence || input == kProgress;
}

Status check_arguments(const ddl::Action& action, const std::string& call, const Value& arguments) {
  std::vector<std::string> known;
  for (const auto& input : action.inputs)
    if (!is_the_engines(input.name)) known.push_back(input.name);
  for (const auto& [name, value] : arguments.items()) {
    if (is_the_engines(name))
      return fail(Errc::config,
                  fmt::format("the orchestrator gives the input '{}' by itself", name));
    if (std::find(known.begin(), known.end(), name) == known.end())
      return fail(Errc::config, fmt::format("{} has no input {}{}", call, base::quoted(name),
                                            base::hint_for(name, known)));
  }
  for (const auto& input : action.inputs)
    if (!input.optional && input.default_value.is_null() && !is_the_engines(input.name) &&
        !arguments.contains(input.name))
      return fail(Errc::config, fmt::format("{} needs the input '{}'", call, input.name));
  return {};
}

Status check_call(const Step& step, const Descriptions& agents) {
  MUSTER_ASSIGN(const auto* action, agents.action(step.agent, step.action));
  const auto call = step.agent + "#" + step.action;
  return check_arguments(*action, call, step.arguments);
}

Status check_puppet_run(const Step& step) {
  const auto& with = step.arguments;
  if (!with.contains("environment") || !with.at("environment").is_string())
    return fail(Errc::config, "'do: puppet-run' needs with: {environment: NAME}");
  if (with.size() > 1)
    return fail(Errc::config, "'do: puppet-run' takes only with: {environment: NAME}");
  return {};
}

}  // namespace

Status check_step(const Step& step, const Descriptions& agents) {
  if (!step.arguments.is_object()) return fail(Errc::config, "'with' must be a map of inputs");
  if (step.kind == Kind::call && !step.agent.empty()) return check_call(step, agents);
  if (step.kind == Kind::wait) return check_wait(step);
  if (step.kind == Kind::puppet_run) return check_puppet_run(step);
  if (step.kind == Kind::program) return check_program(step);
  return {};
}

}  // namespace muster::workflow
