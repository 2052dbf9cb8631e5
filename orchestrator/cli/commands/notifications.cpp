#include "orchestrator/cli/commands/commands.hpp"

namespace muster::cli {

void add_notifications(Program& program) {
  const Command group =
      add_group(program, "notifications", "What orchestrators could not tell people yet");
  calls_no_node(program, group);
  add_notifications_list(program, group);
  add_notifications_retry(program, group);
}

}  // namespace muster::cli
