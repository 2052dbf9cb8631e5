#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/node_order.hpp"

namespace muster::cli {

void add_provision_retry(Program& program, Command parent) {
  add_node_order(program, parent,
                 {.name = "retry",
                  .description = "Go on with failed, waiting or cancelled nodes, after their last "
                                 "finished step",
                  .action = "provision_retry",
                  .what = "gone on with",
                  .done = "{} goes on; see 'muster provision watch'",
                  .states = {"failed", "waiting", "cancelled"}});
}

}  // namespace muster::cli
