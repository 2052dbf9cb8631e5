// The command line as a whole: what every command shares, and which one was chosen.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "orchestrator/cli/approval/approval_options.hpp"
#include "orchestrator/cli/command_line.hpp"
#include "orchestrator/cli/exit_code.hpp"
#include "proto/base/result.hpp"

namespace muster::cli {

// Options of every command; also allowed in front of it.
struct CommonOptions {
  std::filesystem::path config;  // empty: the usual places
  bool json = false;
  bool verbose = false;
  ApprovalOptions approval;  // of commands that take them
};

struct Program {
  Program();
  ~Program();
  const std::unique_ptr<CLI::App> app;
  CommonOptions common;
  std::function<Result<ExitCode>()> chosen;
  // Commands whose status 1 says something else than "an error".
  std::vector<std::pair<CLI::App*, ExitCode>> error_codes;
  Command root() const { return Command(app.get()); }
};

// A command with the common options; `run` is called once everything has been parsed.
Command add_command(Program& program, Command parent, const std::string& name,
                    const std::string& description, std::function<Result<ExitCode>()> run);

// A command that only has commands below it.
Command add_group(Program& program, const std::string& name, const std::string& description);

// For a command whose statuses are its own: errors, of usage too, end with `errors`; `told` stands
// at the end of its help.
void exit_statuses(Program& program, Command command, ExitCode errors, const std::string& told);

// For commands, and groups before their commands are added, that call no node.
void calls_no_node(Program& program, Command command);

// All commands, and the options of every one.
void build(Program& program);

// Sets Program::chosen and what the words say. Throws as CLI::App::parse() does, also for --help.
void parse(Program& program, int argc, const char* const* argv);

// Parses and runs. Errors go to stderr (with --json also to stdout, as {"error": …}).
int run_program(int argc, const char* const* argv);

}  // namespace muster::cli
