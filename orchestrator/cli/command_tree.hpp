// The command line as data: what --help, completion and the man pages are made of.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
}

namespace muster::cli {

struct Program;

// An option, or a positional word.
struct OptionNode {
  std::vector<std::string> names;  // "-t", "--timeout"; short ones first. Empty for a positional
  std::string type;                // "TIME"; empty for a flag
  std::string help;
  std::string preset;  // its default, where --help shows one
  std::string group;   // "Which nodes"
  bool required = false;
  bool repeated = false;  // takes several

  bool is(std::string_view name) const;
  bool takes_value() const { return !type.empty(); }
};

struct CommandNode {
  std::string name;  // "list"
  std::string path;  // "muster provision list"
  std::string help;
  std::string footer;
  std::vector<OptionNode> options;
  std::vector<OptionNode> positionals;
  std::vector<CommandNode> commands;

  const CommandNode* find(std::string_view command) const;
  const OptionNode* find_option(std::string_view option) const;
};

// Hidden commands and options are left out.
CommandNode tree_of(const CLI::App& app);
CommandNode tree_of(const Program& program);

}  // namespace muster::cli
