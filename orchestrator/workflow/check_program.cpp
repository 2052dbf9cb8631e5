#include "orchestrator/workflow/check_program.hpp"

#include <fmt/format.h>

#include <set>
#include <string>

#include "orchestrator/workflow/templates.hpp"
#include "proto/base/names.hpp"
#include "proto/base/nearest.hpp"

namespace muster::workflow {
namespace {

Status check_command(const Value& command) {
  const bool is_list = command.is_array() && !command.empty() && command.size() <= kCommandWordsMax;
  if (!is_list)
    return fail(Errc::config,
                fmt::format("'command' is a list of 1 to {} words: [/path/of/program, …]",
                            kCommandWordsMax));
  for (const auto& word : command)
    if (word.is_structured() || word.is_null())
      return fail(Errc::config, fmt::format("'command' holds {}, which is no word", word.dump()));
  const auto& program = command.front();
  const auto names = names_in(program);
  const bool is_path =
      program.is_string() && program.get<std::string>().starts_with('/') && names && names->empty();
  if (is_path) return {};
  return fail(Errc::config,
              "the program in 'command' is a path from / on, without templates: no other is looked "
              "up or chosen");
}

Status check_outputs(const std::vector<std::string>& outputs) {
  if (outputs.size() > kProgramOutputsMax)
    return fail(Errc::config,
                fmt::format("{} outputs; the limit is {}", outputs.size(), kProgramOutputsMax));
  std::set<std::string> seen;
  for (const auto& output : outputs) {
    if (output.empty() || output.find_first_of(".${} ") != std::string::npos)
      return fail(Errc::config,
                  fmt::format("{} cannot be the name of an output", base::quoted(output)));
    if (!seen.insert(output).second)
      return fail(Errc::config,
                  fmt::format("the output {} stands there twice", base::quoted(output)));
  }
  return {};
}

}  // namespace

Status check_program(const Step& step) {
  const auto& with = step.arguments;
  for (const auto& [name, value] : with.items())
    if (name != "command" && name != "input")
      return fail(Errc::config, fmt::format("'do: program' has no input {}{}", base::quoted(name),
                                            base::hint_for(name, {"command", "input"})));
  if (!with.contains("command"))
    return fail(Errc::config, "'do: program' needs with: {command: [/path/of/program, …]}");
  MUSTER_TRY(check_command(with.at("command")));
  if (with.contains("input") && !with.at("input").is_object())
    return fail(Errc::config, "'input' is a map: the program reads it as JSON");
  return check_outputs(step.outputs);
}

}  // namespace muster::workflow
