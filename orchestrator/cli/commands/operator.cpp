#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/commands/members.hpp"

namespace muster::cli {

void add_operator(Program& program) {
  const Command group = add_group(program, "operator", "Certificates of operators");
  calls_no_node(program, group);
  add_member_create(program, group, security::Role::operator_);
  add_member_list(program, group, security::Role::operator_);
  add_member_show(program, group, security::Role::operator_);
  add_member_renew(program, group, security::Role::operator_);
  add_revoke(program, group, security::Role::operator_);
}

}  // namespace muster::cli
