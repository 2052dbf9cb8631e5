#include "orchestrator/cli/commands/commands.hpp"

namespace muster::cli {

void add_policy(Program& program) {
  const Command group = add_group(program, "policy", "Who may do what: check and try policies");
  add_policy_check(program, group);
  add_policy_test(program, group);
}

}  // namespace muster::cli
