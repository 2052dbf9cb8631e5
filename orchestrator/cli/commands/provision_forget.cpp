#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/control_session.hpp"
#include "proto/base/names.hpp"

namespace muster::cli {
namespace {

Result<ExitCode> forget_node(const CommonOptions& common, const std::string& node) {
  MUSTER_TRY(base::check_identity(node));
  return ask_and_show(
      common, {.action = "provision_forget", .arguments = {{"node", node}}},
      [&](const client::ControlAnswer&) { return "The record of " + node + " is gone\n"; });
}

}  // namespace

void add_provision_forget(Program& program, Command parent) {
  const auto node = std::make_shared<std::string>();
  Command command =
      add_command(program, parent, "forget", "Remove the record of a node that is no more",
                  [&program, node] { return forget_node(program.common, *node); });
  command.option("node", *node, "Its identity").required().type("NODE");
  add_approval_options(command, program.common.approval);
}

}  // namespace muster::cli
