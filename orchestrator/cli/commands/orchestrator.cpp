#include "orchestrator/cli/commands/commands.hpp"

namespace muster::cli {

void add_orchestrator(Program& program) {
  const Command group = add_group(program, "orchestrator", "Certificates of orchestrators");
  calls_no_node(program, group);
  add_revoke(program, group, security::Role::orchestrator);
}

}  // namespace muster::cli
