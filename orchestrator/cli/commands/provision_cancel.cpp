#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/node_order.hpp"

namespace muster::cli {

void add_provision_cancel(Program& program, Command parent) {
  add_node_order(program, parent,
                 {.name = "cancel",
                  .description = "End the provisioning of nodes, until you say retry, again or "
                                 "forget",
                  .action = "provision_cancel",
                  .what = "cancelled",
                  .done = "{0} is cancelled; 'muster provision retry {0}' goes on with it",
                  .states = {"running", "waiting"}});
}

}  // namespace muster::cli
