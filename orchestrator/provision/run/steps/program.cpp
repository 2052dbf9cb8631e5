#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "orchestrator/provision/run/steps/steps.hpp"
#include "orchestrator/workflow/templates.hpp"
#include "proto/base/names.hpp"
#include "proto/loop/attempt.hpp"

namespace muster::provision {
namespace {

// A list or a map is no word of a command.
Result<std::vector<std::string>> command_words(const Value& command) {
  std::vector<std::string> words;
  for (const auto& word : command) {
    if (word.is_structured() || word.is_null())
      return fail(Errc::config, fmt::format("word {} of 'command' has become {}, which is no word",
                                            words.size() + 1, base::quoted(word.dump())));
    words.push_back(word.is_string() ? word.get<std::string>() : word.dump());
  }
  return words;
}

// Run and step tell a repetition from another order.
std::string input_of(const RunState& run, const workflow::Step& step, const Value& with) {
  const Value told{{"node", run.node.identity},
                   {"workflow", run.workflow.name},
                   {"step", step.name},
                   {"run_id", run.record->run_id},
                   {"input", with.value("input", Value::object())}};
  return told.dump(-1, ' ', false, Value::error_handler_t::replace) + "\n";
}

Status keep_outputs(RunState& run, const workflow::Step& step, const std::string& printed) {
  if (step.outputs.empty()) return {};
  const auto told = Value::parse(printed, nullptr, false);
  if (!told.is_object())
    return fail(Errc::invalid_data,
                fmt::format("the program printed no map of JSON: {}", base::quoted(printed)));
  for (const auto& output : step.outputs)
    if (!told.contains(output))
      return fail(Errc::invalid_data,
                  fmt::format("the program's map has no {}", base::quoted(output)));
  run.keep(step, told);
  return {};
}

}  // namespace

loop::Task<Status> run_program(RunState& run, const workflow::Step& step) {
  MUSTER_CO_ASSIGN(const Value with, workflow::expand(step.arguments, run.values));
  MUSTER_CO_ASSIGN(auto command, command_words(with.at("command")));
  auto running =
      run.world.run_program({std::move(command), input_of(run, step, with), step.timeout});
  MUSTER_CO_ASSIGN(const std::string printed, co_await running);
  co_return keep_outputs(run, step, printed);
}

}  // namespace muster::provision
