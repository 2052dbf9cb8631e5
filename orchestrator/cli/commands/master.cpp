// muster master: Puppet masters, and how one goes.
#include "orchestrator/cli/commands/commands.hpp"

namespace muster::cli {

void add_master(Program& program) {
  const Command group =
      add_group(program, "master", "Puppet masters: their nodes, and how one goes");
  calls_no_node(program, group);
  add_master_list(program, group);
  add_master_retire(program, group);
}

}  // namespace muster::cli
