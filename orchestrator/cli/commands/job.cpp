// muster job: list, status, output, kill. Watching is in job_watch.cpp.
#include "orchestrator/cli/commands/job.hpp"

#include <unistd.h>

#include "orchestrator/cli/job/find_node.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/render/call_text.hpp"
#include "orchestrator/cli/render/jobs.hpp"

namespace muster::cli {
namespace {

Result<ExitCode> list_jobs(const CommonOptions& common, const JobOptions& options) {
  MUSTER_ASSIGN(const auto agent, options.described());
  MUSTER_ASSIGN(const auto done, call_remote(common, options.call, agent, "list", Value::object()));
  if (common.json) {
    print_json(render::call_json(done.frame, done.result));
    return exit_code_of(done);
  }
  const auto style = render::Style::of(STDOUT_FILENO);
  const auto columns = static_cast<std::size_t>(render::columns_of(STDOUT_FILENO));
  print(render::jobs_text(done.result, style, columns));
  for (const auto& node : done.result.results)
    if (node.outcome != client::Outcome::ok && node.outcome != client::Outcome::silent)
      print(render::node_text(node, *agent.find("list"), style));
  print(render::missing_text(done.frame, done.result, style, columns));
  return exit_code_of(done);
}

// Asks for the job's node only when the words do not name it.
Status narrow_to_node(Conversation& talk, const JobOptions& options, const ddl::Agent& agent,
                      CallOptions& call) {
  if (job::named_node(call)) return {};
  MUSTER_ASSIGN(auto node, job::find_node(talk, call, agent, options.handle));
  // What it was found by is judged again there.
  MUSTER_ASSIGN(call.words, call.text());
  call.with.clear();
  call.words.identities.clear();
  call.discovery = {};
  call.discovery.method = name_of(call.words.empty() ? Method::presence : Method::automatic);
  call.words.identities = {std::move(node)};
  return {};
}

// One action where the job is, presented as `muster rpc shell ACTION` would.
Result<ExitCode> act(const CommonOptions& common, const JobOptions& options,
                     const std::string& action) {
  MUSTER_ASSIGN(const auto agent, options.described());
  MUSTER_TRY(options.check_handle());
  auto there = options.call;
  Conversation talk(common, there.target);
  MUSTER_TRY(narrow_to_node(talk, options, agent, there));
  return run_action(talk, {there, BatchOptions{}, options.output}, agent, action,
                    {{"handle", options.handle}});
}

void add_action(Program& program, Command group, const std::string& name, const std::string& help) {
  const auto options = std::make_shared<JobOptions>();
  Command command = add_command(program, group, name, help, [&program, options, name] {
    return act(program.common, *options, name);
  });
  command.option("handle", options->handle, "The job, as start told it").required().type("HANDLE");
  add_agent_option(command, *options);
  add_call_options(command, options->call);
  add_approval_options(command, program.common.approval);
  add_output_options(command, options->output);
}

}  // namespace

Status JobOptions::check_handle() const {
  const bool hex = handle.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (hex && handle.size() == kHandleLength) return {};
  return fail(
      Errc::config,
      fmt::format("{} is no job: a handle is {} hexadecimal digits, as 'muster shell start' "
                  "and 'muster job list' print it",
                  base::quoted(handle), kHandleLength));
}

Result<ddl::Agent> JobOptions::described() const {
  if (agent == "shell" || agent == "exec") return ddl::built_in(agent);
  return fail(Errc::config,
              fmt::format("--agent must be shell or exec, not {}{}", base::quoted(agent),
                          base::hint_for(agent, {"shell", "exec"})));
}

void add_agent_option(Command command, JobOptions& options) {
  command.option("--agent", options.agent, "Which agent started it: shell or exec")
      .type("shell|exec")
      .shows_default();
}

void add_job(Program& program) {
  Command group = add_group(program, "job", "Commands that go on by themselves on nodes");
  const auto options = std::make_shared<JobOptions>();
  Command listing =
      add_command(program, group, "list", "The jobs of each node",
                  [&program, options] { return list_jobs(program.common, *options); });
  add_agent_option(listing, *options);
  add_call_options(listing, options->call);
  add_action(program, group, "status", "How a job does");
  add_action(program, group, "output", "What a job has written, the first 256 KiB");
  add_action(program, group, "kill", "End a job, with all that it started");
  add_job_watch(program, group);
}

}  // namespace muster::cli
