// The command line as a whole: what every command shares, and which one was chosen.
#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <functional>
#include <string>

#include "orchestrator/cli/exit_code.hpp"
#include "proto/base/result.hpp"

namespace muster::cli {

// Options of every command; also allowed in front of it.
struct CommonOptions {
  std::filesystem::path config;  // empty: the usual places
  bool json = false;
  bool verbose = false;
};

struct Program {
  CLI::App app;
  CommonOptions common;
  std::function<Result<ExitCode>()> chosen;
};

// A command with the common options; `run` is called once everything has been parsed.
CLI::App* add_command(Program& program, CLI::App& parent, const std::string& name,
                      const std::string& description, std::function<Result<ExitCode>()> run);

// Parses and runs. Errors go to stderr (with --json also to stdout, as {"error": …}).
int run_program(int argc, const char* const* argv);

}  // namespace muster::cli
