#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/control_session.hpp"

namespace muster::cli {
namespace {

Result<ExitCode> approve_name(const CommonOptions& common, const std::string& node) {
  return ask_and_show(common, {.action = "provision_approve", .arguments = {{"node", node}}},
                      [&](const client::ControlAnswer&) {
                        return "The machine that waits for the name " + node + " may have it\n";
                      });
}

}  // namespace

void add_provision_approve(Program& program, Command parent) {
  const auto node = std::make_shared<std::string>();
  Command command =
      add_command(program, parent, "approve", "Let a machine that waits for a taken name have it",
                  [&program, node] { return approve_name(program.common, *node); });
  command.option("node", *node, "The name").required().type("NODE");
  add_approval_options(command, program.common.approval);
}

}  // namespace muster::cli
