#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/node_order.hpp"

namespace muster::cli {

void add_provision_again(Program& program, Command parent) {
  add_node_order(program, parent,
                 {.name = "again",
                  .description = "Provision finished, failed or waiting nodes anew",
                  .action = "provision_again",
                  .what = "provisioned again, from the first step",
                  .done = "{} will be provisioned again; see 'muster provision watch'",
                  .flag = NodeOrderFlag{
                      .option = "--new-certificate",
                      .description = "Members give up their key and certificate, and join anew",
                      .input = "new_certificate",
                      .what = "made to join anew with new keys, and provisioned again",
                      .done = "{} gives up its certificate and joins anew; see 'muster provision "
                              "watch'"}});
}

}  // namespace muster::cli
