#include "orchestrator/cli/program.hpp"

#include <cstdio>

#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/usage_error.hpp"
#include "proto/base/log.hpp"

namespace muster::cli {
namespace {

constexpr const char* kDescription =
    "Muster: find nodes, call actions on them, watch them become production.";

constexpr const char* kFooter =
    "Exit status:\n"
    "  0  every addressed node answered ok\n"
    "  1  no node was discovered, wrong usage, or an error of muster's own\n"
    "  2  everybody answered; some nodes failed or refused\n"
    "  3  some or all nodes did not answer\n"
    "\n"
    "'muster COMMAND --help' tells the rest; docs/CLI.md has examples.";

void add_common(CLI::App& app, CommonOptions& common) {
  app.add_option("-c,--config", common.config, "Configuration file")->type_name("FILE");
  app.add_flag("--json", common.json, "One JSON document on stdout");
  app.add_flag("-v,--verbose", common.verbose, "More detail");
}

void build(Program& program) {
  CLI::App& app = program.app;
  app.description(kDescription);
  app.footer(kFooter);
  app.name("muster");
  app.require_subcommand(1);
  app.set_version_flag("--version", MUSTER_VERSION);
  add_common(app, program.common);
  add_ping(program);
  add_find(program);
  add_facts(program);
  add_inventory(program);
  add_rpc(program);
  add_provision(program);
  add_token(program);
  add_trust(program);
  add_init(program);
  add_operator(program);
  add_broker(program);
}

int report(const CommonOptions& common, const Error& error) {
  note(error.message);
  if (common.json)
    print_json({{"error", {{"code", base::name_of(error.code)}, {"message", error.message}}}});
  return static_cast<int>(ExitCode::error);
}

}  // namespace

CLI::App* add_command(Program& program, CLI::App& parent, const std::string& name,
                      const std::string& description, std::function<Result<ExitCode>()> run) {
  CLI::App* command = parent.add_subcommand(name, description);
  add_common(*command, program.common);
  command->callback([&program, run = std::move(run)] { program.chosen = run; });
  return command;
}

int run_program(int argc, const char* const* argv) {
  Program program;
  build(program);
  try {
    program.app.parse(argc, argv);
  } catch (const CLI::Success& help_or_version) {
    return program.app.exit(help_or_version);
  } catch (const CLI::ParseError& error) {
    return report(program.common, {Errc::config, usage_error(program.app, error)});
  }
  log::start("muster", program.common.verbose ? log::Level::info : log::Level::error);
  const auto code = program.chosen();
  if (!code) return report(program.common, code.error());
  return static_cast<int>(*code);
}

}  // namespace muster::cli
