#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/commands/members.hpp"

namespace muster::cli {

void add_orchestrator(Program& program) {
  const Command group = add_group(program, "orchestrator", "Certificates of orchestrators");
  calls_no_node(program, group);
  add_member_create(program, group, security::Role::orchestrator);
  add_member_list(program, group, security::Role::orchestrator);
  add_member_show(program, group, security::Role::orchestrator);
  add_member_renew(program, group, security::Role::orchestrator);
  add_revoke(program, group, security::Role::orchestrator);
}

}  // namespace muster::cli
