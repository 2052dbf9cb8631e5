#include "orchestrator/cli/commands/puppet_run.hpp"

#include <unistd.h>

#include <nlohmann/json.hpp>

#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/puppet/rolling_run.hpp"
#include "orchestrator/cli/remote_call.hpp"
#include "orchestrator/cli/render/puppet.hpp"
#include "orchestrator/cli/session.hpp"
#include "proto/ddl/texts.hpp"

namespace muster::cli {
namespace {

struct RunOptions {
  CallOptions call;
  BatchOptions batch;
  OutputOptions output;
  std::size_t concurrency = 0;  // 0: all at once, and nobody waits for the runs' ends
  int run_limit_s = 3600;
  std::string environment;
  std::string server;
  std::string tags;
  std::string skip_tags;
  bool force = false;
  bool noop = false;
  bool splay = false;
  std::optional<std::size_t> splaylimit;
  bool use_cached_catalog = false;
  bool ignoreschedules = false;
};

// Only what was said: the node's own puppet.conf decides the rest.
Value arguments_of(const RunOptions& options) {
  Value arguments = Value::object();
  const auto text = [&](const char* name, const std::string& value) {
    if (!value.empty()) arguments[name] = value;
  };
  const auto flag = [&](const char* name, bool value) {
    if (value) arguments[name] = true;
  };
  text("environment", options.environment);
  text("server", options.server);
  text("tags", options.tags);
  text("skip_tags", options.skip_tags);
  flag("force", options.force);
  flag("noop", options.noop);
  flag("splay", options.splay);
  flag("use_cached_catalog", options.use_cached_catalog);
  flag("ignoreschedules", options.ignoreschedules);
  if (options.splaylimit) arguments["splaylimit"] = *options.splaylimit;
  return arguments;
}

ExitCode exit_code_of_runs(const std::vector<puppet::RunEnd>& ends, bool undecided) {
  using State = puppet::RunEnd::State;
  auto code = undecided ? ExitCode::silent : ExitCode::ok;
  for (const auto& end : ends) {
    if (end.state == State::silent) return ExitCode::silent;
    const bool failed = end.state == State::failed || end.state == State::not_started;
    if (failed && code == ExitCode::ok) code = ExitCode::failed;
  }
  return code;
}

Result<ExitCode> roll(const CommonOptions& common, const RunOptions& options) {
  MUSTER_ASSIGN(const auto agent, ddl::built_in("puppet"));
  puppet::RollingRun run;
  MUSTER_ASSIGN(run.arguments, ddl::check_inputs(agent, "runonce", arguments_of(options)));
  run.concurrency = options.concurrency;
  run.run_limit = std::chrono::seconds(options.run_limit_s);
  run.answer_limit = options.call.timeout_or(agent.timeout + kAnswerGrace);
  MUSTER_ASSIGN(const auto filter, options.call.filter());
  MUSTER_ASSIGN(const auto search, options.call.search(filter, agent.name));
  MUSTER_ASSIGN(const auto link, connect(common, options.call.target));
  MUSTER_ASSIGN(const auto caller, client::Caller::start(*link));
  MUSTER_ASSIGN(const auto found, discover(*link, *caller, search));
  if (found.identities.empty()) return fail(nothing_discovered(found, search));
  note_findings(found);
  const auto style = render::Style::of(STDOUT_FILENO);
  const auto start = std::chrono::steady_clock::now();
  const auto ends =
      puppet::run_everywhere(*caller, found.identities, run, [&](const puppet::RunEnd& end) {
        if (!common.json) print(render::run_line(end, style));
      });
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - start);
  link->bus().disconnect();
  if (common.json)
    print_json(render::runs_json(ends, took));
  else
    print(render::runs_closing(ends, took, style));
  return exit_code_of_runs(ends, !found.undecided.empty());
}

Result<ExitCode> runonce(const CommonOptions& common, const RunOptions& options) {
  if (options.concurrency > 0) return roll(common, options);
  MUSTER_ASSIGN(const auto agent, ddl::built_in("puppet"));
  return run_action(common, {options.call, options.batch, options.output}, agent, "runonce",
                    arguments_of(options));
}

void add_run_options(Command command, RunOptions& options) {
  const auto group = [](Option option) { option.group("Puppet run"); };
  group(command.flag("--force", options.force, "Also when runs are disabled by splay or schedule"));
  group(command.flag("--noop", options.noop, "Only tell what would change"));
  group(command.option("--environment", options.environment, "Puppet's environment").type("NAME"));
  group(command.option("--server", options.server, "Another Puppet server, host or host:port")
            .type("SERVER"));
  group(command.option("--tags", options.tags, "Only resources with one of these").type("TAG,…"));
  group(command.option("--skip-tags", options.skip_tags, "None of these").type("TAG,…"));
  group(command.flag("--splay", options.splay, "Wait a random time first"));
  group(command.option("--splaylimit", options.splaylimit, "At most so long").type("SECONDS"));
  group(command.flag("--use-cached-catalog", options.use_cached_catalog, "Ask no server"));
  group(command.flag("--ignoreschedules", options.ignoreschedules, "Whatever the schedules say"));
  group(command.option("--run-limit", options.run_limit_s, "Seconds that one node's run may take")
            .type("SECONDS")
            .range(1, 24 * 3600)
            .shows_default());
}

}  // namespace

void add_puppet_runonce(Program& program, Command group) {
  const auto options = std::make_shared<RunOptions>();
  Command command = add_command(program, group, "runonce", "Start one run on each node",
                                [&program, options] { return runonce(program.common, *options); });
  command
      .option("--concurrency", options->concurrency,
              "So many nodes at a time, and tell how each run ended")
      .type("N")
      .group("Puppet run");
  add_run_options(command, *options);
  add_call_options(command, options->call);
  add_batch_options(command, options->batch);
  add_output_options(command, options->output);
}

void add_puppet_runall(Program& program, Command group) {
  const auto options = std::make_shared<RunOptions>();
  Command command =
      add_command(program, group, "runall", "A run on every node, so many at a time, to the end",
                  [&program, options]() -> Result<ExitCode> {
                    if (options->concurrency == 0)
                      return fail(Errc::config, "runall 0: at least one node at a time");
                    return roll(program.common, *options);
                  });
  command.option("concurrency", options->concurrency, "Nodes at a time").required().type("N");
  add_run_options(command, *options);
  add_call_options(command, options->call);
}

}  // namespace muster::cli
