#include "orchestrator/cli/commands/commands.hpp"

namespace muster::cli {

void add_provision(Program& program) {
  const Command group = add_group(program, "provision", "How machines become production nodes");
  add_provision_list(program, group);
  add_provision_show(program, group);
  add_provision_watch(program, group);
  add_provision_stats(program, group);
  add_provision_history(program, group);
  add_provision_again(program, group);
  add_provision_retry(program, group);
  add_provision_cancel(program, group);
  add_provision_decommission(program, group);
  add_provision_forget(program, group);
  add_provision_approve(program, group);
  add_provision_audit(program, group);
}

}  // namespace muster::cli
