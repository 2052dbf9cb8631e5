#include "orchestrator/cli/call_options.hpp"
#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/session.hpp"
#include "orchestrator/client/caller.hpp"
#include "proto/base/names.hpp"

namespace muster::cli {
namespace {

constexpr std::chrono::milliseconds kTimeout{10'000};

struct AgainOptions {
  CallOptions call;
  std::string node;
};

Result<ExitCode> again(const CommonOptions& common, const AgainOptions& options) {
  MUSTER_TRY(base::check_identity(options.node));
  MUSTER_ASSIGN(const auto link, connect(common, options.call.target));
  MUSTER_ASSIGN(const auto caller, client::Caller::start(*link));
  client::Call call;
  call.agent = "provision";
  call.action = "again";
  call.targets = {options.node};
  call.timeout = options.call.timeout_or(kTimeout);
  MUSTER_ASSIGN(const auto result, caller->call(call));
  const auto& node = result.results.front();
  const bool ok = node.outcome == client::Outcome::ok;
  if (!ok)
    note(node.outcome == client::Outcome::silent ? "no response from " + options.node
                                                 : options.node + ": " + node.message);
  if (common.json)
    print_json(
        {{"node", options.node}, {"outcome", name_of(node.outcome)}, {"message", node.message}});
  else if (ok)
    print(options.node + " will be provisioned again; see 'muster provision watch'\n");
  return exit_code_of(result);
}

}  // namespace

void add_provision_again(Program& program, Command parent) {
  const auto options = std::make_shared<AgainOptions>();
  Command command =
      add_command(program, parent, "again", "Provision a finished or failed node once more",
                  [&program, options] { return again(program.common, *options); });
  command.option("node", options->node, "Its identity").required().type("NODE");
  add_timeout_options(command, options->call);
}

}  // namespace muster::cli
