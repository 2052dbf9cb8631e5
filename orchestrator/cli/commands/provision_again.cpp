#include "orchestrator/cli/call_options.hpp"
#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/control_session.hpp"
#include "proto/base/names.hpp"

namespace muster::cli {
namespace {

constexpr std::chrono::milliseconds kAgainTimeout{15'000};

struct AgainOptions {
  CallOptions call;
  std::string node;
};

Result<ExitCode> provision_again(const CommonOptions& common, const AgainOptions& options) {
  MUSTER_TRY(base::check_identity(options.node));
  return ask_and_show(
      common,
      {.action = "provision_again",
       .arguments = {{"node", options.node}},
       .timeout = options.call.timeout_or(kAgainTimeout)},
      [&](const client::ControlAnswer&) {
        return options.node + " will be provisioned again; see 'muster provision watch'\n";
      },
      options.call.target);
}

}  // namespace

void add_provision_again(Program& program, Command parent) {
  const auto options = std::make_shared<AgainOptions>();
  Command command =
      add_command(program, parent, "again", "Provision a finished, failed or waiting node anew",
                  [&program, options] { return provision_again(program.common, *options); });
  command.option("node", options->node, "Its identity").required().type("NODE");
  add_timeout_options(command, options->call);
  add_approval_options(command, program.common.approval);
}

}  // namespace muster::cli
