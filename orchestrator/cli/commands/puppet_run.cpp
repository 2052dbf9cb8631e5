#include "orchestrator/cli/commands/puppet_run.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/puppet/rolling_run.hpp"
#include "orchestrator/cli/remote_call.hpp"
#include "orchestrator/cli/render/puppet.hpp"
#include "orchestrator/cli/times.hpp"
#include "proto/ddl/texts.hpp"
#include "proto/filter/filter.hpp"

namespace muster::cli {
namespace {

constexpr int kRunLimitMostS = 24 * 3600;
constexpr int kSplayMostS = 24 * 3600;

struct RunOptions {
  CallOptions call;
  BatchOptions batch;
  OutputOptions output;
  std::size_t concurrency = 0;  // 0: all at once, and nobody waits for the runs' ends
  std::optional<std::size_t> run_limit_s;
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

ExitCode exit_code_of_runs(const render::Runs& runs) {
  using State = puppet::RunEnd::State;
  auto code = runs.undecided.empty() ? ExitCode::ok : ExitCode::silent;
  for (const auto& end : runs.ends) {
    if (end.state == State::silent) return ExitCode::silent;
    const bool failed = end.state == State::failed || end.state == State::not_started;
    if (failed && code == ExitCode::ok) code = ExitCode::failed;
  }
  return code;
}

// What shapes a single call to all nodes.
Status refuse_meaningless(const BatchOptions& batch, const OutputOptions& output) {
  constexpr auto kRefused = "{} has no meaning with --concurrency: {}";
  if (const char* name = batch.first_given())
    return fail(
        Errc::config,
        fmt::format(kRefused, name, "runs roll over the nodes by themselves, so many at a time"));
  if (const char* name = output.first_given())
    return fail(Errc::config,
                fmt::format(kRefused, name,
                            "each run's end is told as it comes; --json gives one document"));
  return {};
}

puppet::RollingRun rolling_run(const RunOptions& options, const client::Call& call) {
  puppet::RollingRun run;
  run.arguments = call.arguments;
  run.concurrency = options.concurrency;
  if (options.run_limit_s) run.run_limit = std::chrono::seconds(*options.run_limit_s);
  run.answer_limit = call.timeout;
  run.ttl = call.ttl;
  return run;
}

Result<ExitCode> roll(const CommonOptions& common, const RunOptions& options) {
  MUSTER_ASSIGN(const auto agent, ddl::built_in("puppet"));
  MUSTER_ASSIGN(const auto ready,
                ready_call(options.call, agent, "runonce", arguments_of(options)));
  auto run = rolling_run(options, ready.call);
  Conversation talk(common, options.call.target);
  MUSTER_ASSIGN(const auto found, talk.discover(ready.aim.search));
  if (found.method != Method::direct) run.filter = ready.aim.filter->text();
  const auto style = render::Style::of(STDOUT_FILENO);
  const auto start = std::chrono::steady_clock::now();
  render::Runs runs;
  runs.ends = puppet::run_everywhere(talk.caller(), found.identities, run, [&](const auto& end) {
    if (!common.json) print(render::run_line(end, style));
  });
  runs.undecided = found.undecided;
  runs.took = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - start);
  talk.leave();
  if (common.json)
    print_json(render::runs_json(runs));
  else
    print(render::runs_closing(runs, style,
                               static_cast<std::size_t>(render::columns_of(STDOUT_FILENO))));
  return exit_code_of_runs(runs);
}

Result<ExitCode> runonce(const CommonOptions& common, const RunOptions& options) {
  if (options.concurrency > 0) {
    MUSTER_TRY(refuse_meaningless(options.batch, options.output));
    if (common.approval.asks() || !common.approval.id.empty())
      return fail(Errc::config,
                  "an approval is for one request, and --concurrency sends one to each node");
    return roll(common, options);
  }
  if (options.run_limit_s)
    return fail(Errc::config,
                "--run-limit needs --concurrency: without it nobody waits for the runs' ends");
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
  group(command.option("--splaylimit", options.splaylimit, "At most so long")
            .time(0, kSplayMostS, /*whole=*/true));
  group(command.flag("--use-cached-catalog", options.use_cached_catalog, "Ask no server"));
  group(command.flag("--ignoreschedules", options.ignoreschedules, "Whatever the schedules say"));
  group(command
            .option("--run-limit", options.run_limit_s,
                    fmt::format(
                        "How long one node's run may take ({})",
                        seconds_text(static_cast<double>(puppet::RollingRun{}.run_limit.count()))))
            .time(1, kRunLimitMostS, /*whole=*/true));
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
      .range(1, static_cast<int>(puppet::kConcurrencyMost))
      .group("Puppet run");
  add_run_options(command, *options);
  add_call_options(command, options->call);
  add_batch_options(command, options->batch);
  add_approval_options(command, program.common.approval);
  add_output_options(command, options->output);
}

void add_puppet_runall(Program& program, Command group) {
  const auto options = std::make_shared<RunOptions>();
  Command command =
      add_command(program, group, "runall", "A run on every node, so many at a time, to the end",
                  [&program, options] { return roll(program.common, *options); });
  command.option("concurrency", options->concurrency, "Nodes at a time")
      .required()
      .type("N")
      .range(1, static_cast<int>(puppet::kConcurrencyMost));
  add_run_options(command, *options);
  add_call_options(command, options->call);
}

}  // namespace muster::cli
