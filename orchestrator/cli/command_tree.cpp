#include "orchestrator/cli/command_tree.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "orchestrator/cli/program.hpp"

namespace muster::cli {
namespace {

OptionNode node_of(const CLI::Option& option) {
  OptionNode node;
  for (const auto& name : option.get_snames()) node.names.push_back("-" + name);
  for (const auto& name : option.get_lnames()) node.names.push_back("--" + name);
  const auto type = option.get_type_name();  // empty: a flag
  node.type = type.substr(0, type.find(':'));
  node.help = option.get_description();
  const auto preset = option.get_default_str();
  const bool list = preset.size() >= 2 && preset.front() == '[' && preset.back() == ']';
  node.preset = list ? preset.substr(1, preset.size() - 2) : preset;
  node.group = option.get_group();
  node.required = option.get_required();
  node.repeated = node.takes_value() && option.get_items_expected_max() > 1;
  return node;
}

CommandNode command_of(const CLI::App& app, const std::string& path) {
  CommandNode node;
  node.name = app.get_name();
  node.path = path.empty() ? app.get_name() : path + " " + app.get_name();
  node.help = app.get_description();
  node.footer = app.get_footer();
  for (const auto* option : app.get_options()) {
    if (option->get_group().empty()) continue;
    (option->get_positional() ? node.positionals : node.options).push_back(node_of(*option));
  }
  for (const auto* command : app.get_subcommands([](const CLI::App*) { return true; }))
    if (!command->get_group().empty()) node.commands.push_back(command_of(*command, node.path));
  return node;
}

}  // namespace

bool OptionNode::is(std::string_view name) const {
  return std::find(names.begin(), names.end(), name) != names.end();
}

const CommandNode* CommandNode::find(std::string_view command) const {
  const auto found = std::find_if(commands.begin(), commands.end(),
                                  [&](const CommandNode& c) { return c.name == command; });
  return found == commands.end() ? nullptr : &*found;
}

const OptionNode* CommandNode::find_option(std::string_view option) const {
  const auto found = std::find_if(options.begin(), options.end(),
                                  [&](const OptionNode& o) { return o.is(option); });
  return found == options.end() ? nullptr : &*found;
}

CommandNode tree_of(const CLI::App& app) {
  return command_of(app, "");
}

CommandNode tree_of(const Program& program) {
  return tree_of(*program.app);
}

}  // namespace muster::cli
