#include <unistd.h>

#include "orchestrator/cli/call_options.hpp"
#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/ddl_library.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/remote_call.hpp"
#include "orchestrator/cli/render/call_text.hpp"

namespace muster::cli {
namespace {

struct RpcOptions {
  CallOptions call;
  std::string agent;
  std::string action;
  std::vector<std::string> inputs;
};

void print_results(const RemoteCall& done, const ddl::Action& action, bool everything) {
  const auto style = render::Style::of(STDOUT_FILENO);
  const auto columns = static_cast<std::size_t>(render::columns_of(STDOUT_FILENO));
  const auto display = everything ? ddl::Display::always : action.display;
  std::string out;
  for (const auto& node : done.result.results)
    if (render::shown(node, display)) out += render::node_text(node, action, style);
  out += render::summaries_text(done.result, action, style);
  out += render::closing_text(done.frame, done.result, style, columns);
  print(out);
}

Result<ExitCode> rpc(const CommonOptions& common, const RpcOptions& options) {
  const DdlLibrary library(user_ddl_folders());
  MUSTER_ASSIGN(const auto agent, library.find(options.agent));
  MUSTER_ASSIGN(const auto arguments,
                ddl::inputs_from_words(agent, options.action, options.inputs));
  MUSTER_ASSIGN(const auto done,
                call_remote(common, options.call, agent, options.action, arguments));
  if (common.json)
    print_json(render::call_json(done.frame, done.result));
  else
    print_results(done, *agent.find(options.action), common.verbose);
  return exit_code_of(done.result);
}

}  // namespace

void add_rpc(Program& program) {
  const auto options = std::make_shared<RpcOptions>();
  Command command =
      add_command(program, program.root(), "rpc", "Call an action: muster rpc puppet status",
                  [&program, options] { return rpc(program.common, *options); });
  command.option("agent", options->agent, "Agent on the nodes").required().type("AGENT");
  command.option("action", options->action, "Its action").required().type("ACTION");
  command.option("inputs", options->inputs, "Inputs of the action").type("KEY=VALUE");
  add_filter_options(command, options->call);
  add_timeout_options(command, options->call);
}

}  // namespace muster::cli
