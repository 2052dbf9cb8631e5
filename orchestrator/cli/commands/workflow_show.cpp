#include <unistd.h>

#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/render/workflow.hpp"
#include "orchestrator/cli/workflow_files.hpp"
#include "orchestrator/workflow/load_workflow.hpp"

namespace muster::cli {
namespace {

struct WorkflowShowOptions {
  std::filesystem::path file;
  WorkflowPlaces places;
};

Result<ExitCode> show(const CommonOptions& common, const WorkflowShowOptions& options) {
  MUSTER_ASSIGN(const auto workflow,
                workflow::load_workflow(options.file, options.places.ddl_folder));
  if (common.json)
    print_json(render::workflow_json(workflow));
  else
    print(render::workflow_details(workflow, render::Style::of(STDOUT_FILENO),
                                   static_cast<std::size_t>(render::columns_of(STDOUT_FILENO))));
  return ExitCode::ok;
}

}  // namespace

void add_workflow_show(Program& program, Command parent) {
  const auto options = std::make_shared<WorkflowShowOptions>();
  Command command = add_command(program, parent, "show", "Every step of one workflow",
                                [&program, options] { return show(program.common, *options); });
  command.option("file", options->file, "The workflow").required().type("FILE");
  add_ddl_folder(command, options->places);
}

}  // namespace muster::cli
