#include "proto/base/daemon_options.hpp"

#include <CLI/CLI.hpp>

namespace muster::base {

std::optional<DaemonOptions> daemon_options(const DaemonCommand& command, int argc,
                                            const char* const* argv, int& exit_code) {
  DaemonOptions options;
  options.config = command.default_config;
  CLI::App app{command.purpose, command.name};
  const auto* config = app.add_option("-c,--config", options.config, command.config_help);
  app.add_flag("--check", options.check, command.check_help);
  app.set_version_flag("--version", command.version);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    exit_code = app.exit(error);
    return std::nullopt;
  }
  options.config_given = config->count() > 0;
  return options;
}

}  // namespace muster::base
