// The commands of the first level, by name: a command line builds the one that it needs. All of them with all their
// options take 20 million instructions, as long as a call to fifty nodes waits for the network.
#pragma once

#include <span>
#include <string_view>

#include "orchestrator/cli/program.hpp"

namespace muster::cli {

struct TopCommand {
  std::string_view name;
  void (*add)(Program& program);  // with everything below it
  bool sees_all = false;          // it tells of every command, so that all must be there
};

// In the order of `muster --help`.
std::span<const TopCommand> top_commands();

// The command that these words name when everything before it is an option of the first level; null when that cannot be
// told, or when it sees all.
const TopCommand* command_of(int argc, const char* const* argv);

}  // namespace muster::cli
