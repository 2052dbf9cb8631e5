#include "orchestrator/cli/top_commands.hpp"

#include <algorithm>
#include <array>

#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/commands/tools.hpp"

namespace muster::cli {
namespace {

constexpr std::array kTopCommands{TopCommand{"ping", add_ping},
                                  TopCommand{"find", add_find},
                                  TopCommand{"facts", add_facts},
                                  TopCommand{"inventory", add_inventory},
                                  TopCommand{"events", add_events},
                                  TopCommand{"rpc", add_rpc},
                                  TopCommand{"replies", add_replies},
                                  TopCommand{"approve", add_approve},
                                  TopCommand{"puppet", add_puppet},
                                  TopCommand{"filter", add_filter},
                                  TopCommand{"policy", add_policy},
                                  TopCommand{"shell", add_shell},
                                  TopCommand{"job", add_job},
                                  TopCommand{"node", add_node},
                                  TopCommand{"provision", add_provision},
                                  TopCommand{"notifications", add_notifications},
                                  TopCommand{"workflow", add_workflow},
                                  TopCommand{"token", add_token},
                                  TopCommand{"trust", add_trust},
                                  TopCommand{"master", add_master},
                                  TopCommand{"init", add_init},
                                  TopCommand{"operator", add_operator},
                                  TopCommand{"orchestrator", add_orchestrator},
                                  TopCommand{"issuer", add_issuer},
                                  TopCommand{"root", add_root},
                                  TopCommand{"join-password", add_join_password},
                                  TopCommand{"broker", add_broker},
                                  TopCommand{"plugin", add_plugin},
                                  TopCommand{"completion", add_completion, true},
                                  TopCommand{"man", add_man, true}};

// Options of the first level that take the word behind them.
bool takes_a_word(std::string_view word) {
  return word == "-c" || word == "--config";
}

}  // namespace

std::span<const TopCommand> top_commands() {
  return kTopCommands;
}

const TopCommand* command_of(int argc, const char* const* argv) {
  int at = 1;
  while (at < argc && std::string_view(argv[at]).starts_with('-'))
    at += takes_a_word(argv[at]) ? 2 : 1;
  if (at >= argc) return nullptr;
  const auto found = std::find_if(kTopCommands.begin(), kTopCommands.end(),
                                  [&](const auto& command) { return command.name == argv[at]; });
  return found == kTopCommands.end() || found->sees_all ? nullptr : &*found;
}

}  // namespace muster::cli
