#include <fmt/format.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "orchestrator/cli/checked_files.hpp"
#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/render/text.hpp"
#include "orchestrator/cli/render/workflow.hpp"
#include "orchestrator/cli/workflow_files.hpp"

namespace muster::cli {
namespace {

struct WorkflowCheckOptions {
  std::vector<std::string> files;
  WorkflowPlaces places;
};

std::string text_of(const CheckedWorkflow& checked, const render::Style& style) {
  if (checked.workflow)
    return fmt::format("{}: {} ({}, {} steps)\n", render::one_line(checked.file),
                       style(render::Ink::green, "ok"), render::one_line(checked.workflow->name),
                       checked.workflow->steps.size());
  std::string out;
  for (const auto& text : checked.problems)
    out += style(render::Ink::red, render::one_line(text)) + "\n";
  return out;
}

Result<ExitCode> check(const CommonOptions& common, const WorkflowCheckOptions& options) {
  MUSTER_ASSIGN(const auto files, workflow_files(std::vector<std::filesystem::path>(
                                      options.files.begin(), options.files.end())));
  if (files.empty()) return fail(Errc::not_found, "no workflows there: one is called NAME.yaml");
  const auto style = render::Style::of(STDOUT_FILENO);
  CheckedFiles all;
  for (const auto& file : files) {
    const auto checked = check_workflow(file, options.places.ddl_folder);
    all.add(checked.workflow.has_value(), text_of(checked, style),
            render::checked_workflow_json(checked));
  }
  return all.tell(common.json);
}

}  // namespace

void add_workflow_check(Program& program, Command parent) {
  const auto options = std::make_shared<WorkflowCheckOptions>();
  Command command =
      add_command(program, parent, "check", "Read workflows as strictly as an orchestrator",
                  [&program, options] { return check(program.common, *options); });
  exit_statuses(program, command, ExitCode::error,
                "  0  every file is good\n"
                "  1  one is not, or wrong usage");
  command.option("files", options->files, "Workflows, or folders of them")
      .required()
      .type("FILE …");
  add_ddl_folder(command, options->places);
}

}  // namespace muster::cli
