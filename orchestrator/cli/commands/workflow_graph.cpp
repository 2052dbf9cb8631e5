#include <unistd.h>

#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/render/workflow.hpp"
#include "orchestrator/cli/workflow_files.hpp"
#include "orchestrator/workflow/load_workflow.hpp"

namespace muster::cli {
namespace {

struct WorkflowGraphOptions {
  std::filesystem::path file;
  WorkflowPlaces places;
  bool dot = false;
};

Result<ExitCode> draw(const CommonOptions& common, const WorkflowGraphOptions& options) {
  MUSTER_ASSIGN(const auto workflow,
                workflow::load_workflow(options.file, options.places.ddl_folder));
  if (common.json)
    print_json(render::workflow_json(workflow));
  else if (options.dot)
    print(render::workflow_dot(workflow));
  else
    print(render::workflow_graph(workflow, render::Style::of(STDOUT_FILENO)));
  return ExitCode::ok;
}

}  // namespace

void add_workflow_graph(Program& program, Command parent) {
  const auto options = std::make_shared<WorkflowGraphOptions>();
  Command command =
      add_command(program, parent, "graph", "A drawing of one workflow, with its branches",
                  [&program, options] { return draw(program.common, *options); });
  command.option("file", options->file, "The workflow").required().type("FILE");
  command.flag("--dot", options->dot, "For Graphviz: … --dot | dot -Tsvg");
  add_ddl_folder(command, options->places);
}

}  // namespace muster::cli
