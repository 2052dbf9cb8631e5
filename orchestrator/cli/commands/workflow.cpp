#include "orchestrator/cli/commands/commands.hpp"

namespace muster::cli {

void add_workflow(Program& program) {
  const Command group =
      add_group(program, "workflow", "What is done to new nodes: check, read and try workflows");
  calls_no_node(program, group);
  add_workflow_list(program, group);
  add_workflow_check(program, group);
  add_workflow_show(program, group);
  add_workflow_graph(program, group);
  add_workflow_dry_run(program, group);
}

}  // namespace muster::cli
