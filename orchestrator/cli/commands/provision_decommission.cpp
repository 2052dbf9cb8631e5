#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/node_order.hpp"

namespace muster::cli {

void add_provision_decommission(Program& program, Command parent) {
  add_node_order(program, parent,
                 {.name = "decommission",
                  .description = "Have nodes go: drained, banned, their certificates revoked",
                  .action = "provision_decommission",
                  .what = "decommissioned: banned, and their certificates revoked",
                  .done = "{} is being decommissioned"});
}

}  // namespace muster::cli
