// muster shell: a line on many nodes, waited for or left running.
#include <fmt/format.h>
#include <unistd.h>

#include "orchestrator/cli/approval/approved_call.hpp"
#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/remote_call.hpp"
#include "orchestrator/cli/render/call_text.hpp"
#include "orchestrator/cli/render/jobs.hpp"
#include "proto/base/names.hpp"
#include "proto/ddl/texts.hpp"

namespace muster::cli {
namespace {

constexpr int kLimitMostS = 7 * 24 * 3600;

struct ShellOptions {
  CallOptions call;
  BatchOptions batch;
  OutputOptions output;
  std::vector<std::string> words;
  bool exec = false;
  std::string user;
  std::string folder;
  std::vector<std::string> variables;
  int limit_s = 0;

  Result<ddl::Agent> agent() const { return ddl::built_in(exec ? "exec" : "shell"); }
  Result<Value> inputs() const;
};

Result<Value> ShellOptions::inputs() const {
  Value inputs = Value::object();
  if (exec) {
    inputs["argv"] = words;
  } else {
    std::string line;
    for (const auto& word : words) line += (line.empty() ? "" : " ") + word;
    inputs["command"] = line;
  }
  if (!user.empty()) inputs["user"] = user;
  if (!folder.empty()) inputs["cwd"] = folder;
  if (limit_s > 0) inputs["timeout"] = limit_s;
  for (const auto& variable : variables) {
    const auto equals = variable.find('=');
    if (equals == 0 || equals == std::string::npos)
      return fail(Errc::config,
                  fmt::format("--env {}: must be NAME=VALUE", base::quoted(variable)));
    inputs["environment"][variable.substr(0, equals)] = variable.substr(equals + 1);
  }
  return inputs;
}

// What each wrote, also where the command failed: that is what one looks for then.
class RunPresenter final : public Presenter {
 public:
  explicit RunPresenter(Selection selection) : selection_(std::move(selection)) {}

  void took(const client::NodeResult& node) override {
    if (selection_.shows(node)) print(render::run_text(node, style_));
  }
  void finished(const render::CallFrame& frame, const client::CallResult& result) override {
    print(render::closing_text(frame, result, style_,
                               static_cast<std::size_t>(render::columns_of(STDOUT_FILENO))));
  }

 private:
  const Selection selection_;
  const render::Style style_ = render::Style::of(STDOUT_FILENO);
};

Result<ExitCode> run(const CommonOptions& common, const ShellOptions& options) {
  MUSTER_ASSIGN(const auto agent, options.agent());
  MUSTER_ASSIGN(const auto inputs, options.inputs());
  const auto& output = options.output;
  const bool own_form =
      !common.json && !output.jsonl && !output.table && !output.senders && !output.sort;
  if (!own_form)
    return run_action(common, {options.call, options.batch, options.output}, agent, "run", inputs);
  MUSTER_TRY(check_approval_options(common.approval));
  Conversation talk(common, options.call.target);
  if (common.approval.asks()) return ask_approval_of_call(talk, options.call, agent, "run", inputs);
  MUSTER_ASSIGN(auto selection, Selection::of(output, ddl::Display::always, common.verbose));
  MUSTER_ASSIGN(const auto batches, Batches::of(options.batch));
  RunPresenter presenter(std::move(selection));
  MUSTER_ASSIGN(const auto done,
                call_remote(talk, options.call, agent, "run", inputs,
                            {.batches = batches, .presenter = &presenter, .approved = true}));
  note_needed_approval(done.result);
  return exit_code_of(done);
}

Result<ExitCode> start(const CommonOptions& common, const ShellOptions& options) {
  MUSTER_ASSIGN(const auto agent, options.agent());
  MUSTER_ASSIGN(const auto inputs, options.inputs());
  return run_action(common, {options.call, options.batch, options.output}, agent, "start", inputs);
}

void add_shell_options(Command command, ShellOptions& options, ApprovalOptions& approval) {
  command.option("command", options.words, "What to run; quote it, or write -- in front")
      .required()
      .type("COMMAND");
  command.flag("--exec", options.exec, "A program and its arguments, no shell in between")
      .group("Command");
  command.option("--user", options.user, "Run as this user").type("NAME").group("Command");
  command.option("--cwd", options.folder, "Run in this folder").type("FOLDER").group("Command");
  command.option("--env", options.variables, "Environment variable")
      .one_word_each()
      .type("NAME=VALUE")
      .group("Command");
  command.option("--limit-time", options.limit_s, "Kill it after so long")
      .time(1, kLimitMostS, /*whole=*/true)
      .group("Command");
  add_call_options(command, options.call);
  add_approval_options(command, approval);
  add_batch_options(command, options.batch);
  add_output_options(command, options.output);
}

}  // namespace

void add_shell(Program& program) {
  Command group = add_group(program, "shell", "Commands on nodes whose policy allows them");
  const auto running = std::make_shared<ShellOptions>();
  add_shell_options(add_command(program, group, "run", "Run a command and show what it writes",
                                [&program, running] { return run(program.common, *running); }),
                    *running, program.common.approval);
  const auto starting = std::make_shared<ShellOptions>();
  add_shell_options(
      add_command(program, group, "start", "Start a command that goes on by itself: see muster job",
                  [&program, starting] { return start(program.common, *starting); }),
      *starting, program.common.approval);
}

}  // namespace muster::cli
