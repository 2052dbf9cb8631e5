#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/node_order.hpp"

namespace muster::cli {

void add_provision_forget(Program& program, Command parent) {
  add_node_order(program, parent,
                 {.name = "forget",
                  .description = "Remove the records of nodes that are no more",
                  .action = "provision_forget",
                  .what = "forgotten: their records go",
                  .done = "The record of {} is gone"});
}

}  // namespace muster::cli
