#include "orchestrator/cli/commands/commands.hpp"

namespace muster::cli {

void add_token(Program& program) {
  const Command group = add_group(program, "token", "Join tokens for new machines");
  calls_no_node(program, group);
  add_token_create(program, group);
  add_token_list(program, group);
  add_token_show(program, group);
  add_token_revoke(program, group);
}

}  // namespace muster::cli
