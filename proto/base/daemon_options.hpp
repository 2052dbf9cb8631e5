// The command line that Muster's daemons share: -c/--config FILE, --check, --version, --help.
// CLI11 reads it, in one place: its headers cost ten seconds for every file that includes them.
#pragma once

#include <optional>
#include <string>

namespace muster::base {

// What a daemon says about itself.
struct DaemonCommand {
  std::string name;            // of the program
  std::string purpose;         // first line of --help
  std::string version;         // printed by --version
  std::string default_config;  // where its configuration is, unless told otherwise
  std::string config_help;     // said of --config
  std::string check_help;      // said of --check
};

struct DaemonOptions {
  std::string config;         // path of the configuration file
  bool config_given = false;  // --config was typed: the file must be there
  bool check = false;         // read the configuration, tell what is wrong with it, end
};

// Nothing when the program has to end at once with `exit_code`: --help and --version were printed to
// stdout (0), or an error to stderr (above 100).
std::optional<DaemonOptions> daemon_options(const DaemonCommand& command, int argc,
                                            const char* const* argv, int& exit_code);

}  // namespace muster::base
