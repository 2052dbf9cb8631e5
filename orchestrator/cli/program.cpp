#include "orchestrator/cli/program.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <optional>
#include <string_view>

#include "orchestrator/cli/commands/tools.hpp"
#include "orchestrator/cli/ddl_library.hpp"
#include "orchestrator/cli/help.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/top_commands.hpp"
#include "orchestrator/cli/usage_error.hpp"
#include "orchestrator/cli/word_order.hpp"
#include "proto/base/log.hpp"
#include "proto/ddl/site_rules.hpp"

namespace muster::cli {
namespace {

constexpr const char* kDescription =
    "Muster: find nodes, call actions on them, watch them become production.";

constexpr const char* kFooter =
    "Exit status:\n"
    "  0  every addressed node answered ok\n"
    "  1  no node was discovered, wrong usage, or an error of muster's own\n"
    "  2  all answered; some failed, refused, were busy, left alone or not asked\n"
    "  3  some or all nodes did not answer, or not whether the filter matches\n"
    "\n"
    "'muster COMMAND --help' tells the rest; docs/CLI.md has examples.";

void add_common(Command command, CommonOptions& common) {
  command.option("-c,--config", common.config, "Configuration file").type("FILE");
  command.flag("-j,--json", common.json, "One JSON document on stdout");
  command.flag("-v,--verbose", common.verbose, "More detail");
}

// What stands above every command.
void begin(Program& program) {
  CLI::App& app = *program.app;
  app.description(kDescription);
  app.footer(kFooter);
  app.name("muster");
  app.formatter(std::make_shared<HelpFormatter>());
  app.require_subcommand(1);
  app.set_version_flag("--version", MUSTER_VERSION);
  add_common(program.root(), program.common);
}

}  // namespace

void build(Program& program) {
  begin(program);
  for (const auto& command : top_commands()) command.add(program);
}

void parse(Program& program, int argc, const char* const* argv) {
  auto words = whole_words(argc, argv);
  std::reverse(words.begin(), words.end());
  words = options_behind_commands(*program.app, std::move(words));
  std::reverse(words.begin(), words.end());
  program.app->parse(words);
}

namespace {

int report(const Program& program, const Error& error) {
  note(error.message);
  if (program.common.json)
    print_json({{"error", {{"code", base::name_of(error.code)}, {"message", error.message}}}});
  for (const auto& [command, code] : program.error_codes)
    if (command->parsed()) return static_cast<int>(code);
  return static_cast<int>(error.code == Errc::no_answer ? ExitCode::silent : ExitCode::error);
}

// A half-written document must not look like a whole one.
int with_whole_output(const Program& program, int status) {
  const auto why = output_error();
  if (why.empty()) return status;
  const int error = report(program, {Errc::io, "not all of the output could be written: " + why});
  return std::max(status, error);
}

Result<ExitCode> run_chosen(const Program& program) {
  try {
    return program.chosen();
  } catch (const std::exception& unforeseen) {
    return fail(Errc::unknown,
                fmt::format("this should not happen, please report it: {}", unforeseen.what()));
  }
}

}  // namespace

Program::Program() : app(std::make_unique<CLI::App>()) {}
Program::~Program() = default;

Command add_command(Program& program, Command parent, const std::string& name,
                    const std::string& description, std::function<Result<ExitCode>()> run) {
  CLI::App* app = parent.app().add_subcommand(name, description);
  add_common(Command(app), program.common);
  app->callback([&program, run = std::move(run)] { program.chosen = run; });
  return Command(app);
}

Command add_group(Program& program, const std::string& name, const std::string& description) {
  CLI::App* app = program.app->add_subcommand(name, description);
  app->require_subcommand(1);
  return Command(app);
}

void exit_statuses(Program& program, Command command, ExitCode errors, const std::string& told) {
  program.error_codes.emplace_back(&command.app(), errors);
  command.app().footer("Exit status:\n" + told);
}

void calls_no_node(Program& program, Command command) {
  exit_statuses(program, command, ExitCode::error,
                "  0  it is done\n"
                "  1  wrong usage, or what stderr says");
}

namespace {

// Nothing when the words make no sense and `tell` is false.
std::optional<int> try_run(Program& program, int argc, const char* const* argv, bool tell) {
  try {
    parse(program, argc, argv);
  } catch (const CLI::CallForHelp& help) {
    if (const auto wrong = unknown_word(*program.app))
      return report(program, {Errc::config, *wrong});
    return program.app->exit(help);
  } catch (const CLI::Success& help_or_version) {
    return program.app->exit(help_or_version);
  } catch (const CLI::ParseError& error) {
    if (!tell) return std::nullopt;
    return report(program, {Errc::config, usage_error(*program.app, error)});
  }
  log::start("muster", program.common.verbose ? log::Level::info : log::Level::error);
  const auto code = run_chosen(program);
  if (!code) return report(program, code.error());
  return with_whole_output(program, static_cast<int>(*code));
}

// A line that makes sense needs no other command; errors name the nearest of all.
std::optional<int> try_alone(int argc, const char* const* argv) {
  const auto* command = command_of(argc, argv);
  if (command == nullptr) return std::nullopt;
  Program program;
  begin(program);
  command->add(program);
  return try_run(program, argc, argv, false);
}

}  // namespace

int run_program(int argc, const char* const* argv) {
  if (auto rules = ddl::read_site_rules(user_ddl_folders()))
    ddl::use_site_rules(*std::move(rules));
  else
    note(rules.error().message);
  if (const auto status = try_alone(argc, argv)) return *status;
  Program program;
  build(program);
  // Not parsed as the others are: what follows is somebody's half-typed command line.
  if (argc > 1 && std::string_view(argv[1]) == "complete")
    return answer_completion(program, {argv + 2, argv + argc});
  return try_run(program, argc, argv, true).value_or(static_cast<int>(ExitCode::error));
}

}  // namespace muster::cli
