#include <fmt/format.h>

#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/ddl_fetch.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/remote_call.hpp"
#include "orchestrator/cli/session.hpp"
#include "proto/base/names.hpp"

namespace muster::cli {
namespace {

struct RpcOptions {
  CallOptions call;
  BatchOptions batch;
  OutputOptions output;
  std::string agent;
  std::string action;
  std::vector<std::string> inputs;
  std::string reply_to;
  bool no_results = false;
};

Result<ExitCode> send_only(const CommonOptions& common, const RpcOptions& options,
                           const ddl::Agent& agent, const Value& arguments) {
  client::Call call;
  call.agent = agent.name;
  call.action = options.action;
  MUSTER_ASSIGN(call.arguments, ddl::check_inputs(agent, options.action, arguments));
  call.ttl = std::chrono::seconds(options.call.ttl_s);
  call.reply_session = options.reply_to;
  MUSTER_ASSIGN(const auto filter, options.call.filter());
  MUSTER_ASSIGN(const auto search, options.call.search(filter, agent.name));
  MUSTER_ASSIGN(const auto link, connect(common, options.call.target));
  MUSTER_ASSIGN(const auto caller, client::Caller::start(*link));
  MUSTER_ASSIGN(const auto found, discover(*link, *caller, search));
  if (found.identities.empty()) return fail(nothing_discovered(found, search));
  note_findings(found);
  address(call, found, filter);
  MUSTER_ASSIGN(const auto id, caller->send(call));
  link->bus().disconnect();
  if (common.json)
    print_json({{"requestid", id}, {"nodes", found.identities}, {"reply_to", options.reply_to}});
  else
    print(fmt::format("Request sent to {} nodes with id: {}{}\n", found.identities.size(), id,
                      options.reply_to.empty() ? "" : " replies to " + options.reply_to));
  return ExitCode::ok;
}

Status check_sending(const RpcOptions& options) {
  if (options.reply_to.empty()) return {};
  MUSTER_TRY(base::check_word("session", options.reply_to));
  if (options.no_results)
    return fail(Errc::config, "--no-results wants no replies, --reply-to wants them; say one");
  return {};
}

Result<ExitCode> rpc(const CommonOptions& common, const RpcOptions& options) {
  MUSTER_TRY(check_sending(options));
  MUSTER_ASSIGN(const auto agent, find_agent(common, options.call.target, options.agent));
  MUSTER_ASSIGN(const auto arguments,
                ddl::inputs_from_words(agent, options.action, options.inputs));
  if (options.no_results || !options.reply_to.empty()) {
    if (!options.batch.size.empty())
      return fail(Errc::config, "--batch waits for replies, and nobody waits for those");
    return send_only(common, options, agent, arguments);
  }
  return run_action(common, {options.call, options.batch, options.output}, agent, options.action,
                    arguments);
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
  add_call_options(command, options->call);
  add_batch_options(command, options->batch);
  command
      .option("--reply-to", options->reply_to,
              "Send only; replies go to this session, which 'muster replies' shows")
      .type("SESSION")
      .group("Request");
  command.flag("--no-results,--nr", options->no_results, "Send only: nobody replies")
      .group("Request");
  add_output_options(command, options->output);
}

}  // namespace muster::cli
