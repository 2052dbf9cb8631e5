// muster puppet: status, summary, count, enable, disable. Runs are in puppet_run.cpp.
#include <unistd.h>

#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/commands/puppet_run.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/remote_call.hpp"
#include "orchestrator/cli/render/call_text.hpp"
#include "orchestrator/cli/render/puppet.hpp"
#include "proto/ddl/texts.hpp"

namespace muster::cli {
namespace {

struct PuppetOptions {
  CallOptions call;
  BatchOptions batch;
  OutputOptions output;
  std::string message;
};

// One action, presented as `muster rpc puppet ACTION` would.
void add_plain(Program& program, Command group, const std::string& name, const std::string& action,
               const std::string& help) {
  const auto options = std::make_shared<PuppetOptions>();
  const auto run = [&program, options, action]() -> Result<ExitCode> {
    MUSTER_ASSIGN(const auto agent, ddl::built_in("puppet"));
    Value inputs = Value::object();
    if (!options->message.empty()) inputs["message"] = options->message;
    return run_action(program.common, {options->call, options->batch, options->output}, agent,
                      action, inputs);
  };
  Command command = add_command(program, group, name, help, run);
  if (action == "disable")
    command.option("message", options->message, "Why, for whoever wonders").type("MESSAGE");
  add_call_options(command, options->call);
  add_batch_options(command, options->batch);
  add_approval_options(command, program.common.approval);
  add_output_options(command, options->output);
}

Result<ExitCode> count(const CommonOptions& common, const CallOptions& options) {
  MUSTER_ASSIGN(const auto agent, ddl::built_in("puppet"));
  MUSTER_ASSIGN(const auto done, call_remote(common, options, agent, "status", Value::object()));
  const auto counted = render::count_puppet(done.result);
  if (common.json) {
    auto document = render::call_json(done.frame, done.result);
    document["count"] = render::count_json(counted);
    print_json(document);
  } else {
    print(render::count_text(counted) +
          render::closing_text(done.frame, done.result, render::Style::of(STDOUT_FILENO),
                               static_cast<std::size_t>(render::columns_of(STDOUT_FILENO))));
  }
  return exit_code_of(done);
}

void print_last_runs(const RemoteCall& done, const ddl::Agent& agent) {
  const auto style = render::Style::of(STDOUT_FILENO);
  const auto columns = static_cast<std::size_t>(render::columns_of(STDOUT_FILENO));
  print(render::last_runs_text(done.result, style, columns));
  for (const auto& node : done.result.results)
    if (node.outcome != client::Outcome::ok && node.outcome != client::Outcome::silent)
      print(render::node_text(node, *agent.find("last_run_summary"), style));
  print(render::closing_text(done.frame, done.result, style, columns));
}

// `muster rpc puppet last_run_summary` shows all that is known.
Result<ExitCode> summarise(const CommonOptions& common, const CallOptions& options) {
  MUSTER_ASSIGN(const auto agent, ddl::built_in("puppet"));
  MUSTER_ASSIGN(const auto done,
                call_remote(common, options, agent, "last_run_summary", Value::object()));
  if (common.json)
    print_json(render::call_json(done.frame, done.result));
  else
    print_last_runs(done, agent);
  return exit_code_of(done);
}

void add_table(Program& program, Command group, const std::string& name, const std::string& help,
               Result<ExitCode> (*run)(const CommonOptions&, const CallOptions&)) {
  const auto options = std::make_shared<CallOptions>();
  Command command = add_command(program, group, name, help,
                                [&program, options, run] { return run(program.common, *options); });
  add_call_options(command, *options);
}

}  // namespace

void add_puppet(Program& program) {
  Command group = add_group(program, "puppet", "Puppet runs on many nodes, and how they fare");
  add_puppet_runonce(program, group);
  add_puppet_runall(program, group);
  add_plain(program, group, "status", "status", "What Puppet does on each node");
  add_table(program, group, "summary", "What the last runs did: a line a node", summarise);
  add_table(program, group, "count", "How many nodes are enabled, run, idle", count);
  add_plain(program, group, "enable", "enable", "Allow runs again");
  add_plain(program, group, "disable", "disable", "Forbid runs until they are enabled again");
}

}  // namespace muster::cli
