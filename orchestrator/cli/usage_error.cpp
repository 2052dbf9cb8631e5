#include "orchestrator/cli/usage_error.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "orchestrator/cli/command_line.hpp"
#include "proto/base/names.hpp"
#include "proto/base/nearest.hpp"

namespace muster::cli {
namespace {

// The innermost command that was recognised.
const CLI::App& reached(const CLI::App& app) {
  const auto chosen = app.get_subcommands();
  return chosen.empty() ? app : reached(*chosen.back());
}

std::vector<std::string> command_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const auto* command : app.get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(command->get_name());
  return names;
}

std::vector<std::string> option_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const auto* option : app.get_options()) {
    for (const auto& name : option->get_lnames()) names.push_back("--" + name);
    for (const auto& name : option->get_snames()) names.push_back("-" + name);
  }
  return names;
}

std::string full_name(const CLI::App& app) {
  const CLI::App* parent = app.get_parent();
  return parent == nullptr ? app.get_name() : full_name(*parent) + " " + app.get_name();
}

std::string about_word(const CLI::App& app, const std::string& marked) {
  const auto word = without_marks(marked);
  if (word.size() > 1 && word.front() == '-') {
    const std::string name = word.substr(0, word.find('='));
    return fmt::format("'{}' has no option {}{}", full_name(app), base::quoted(name),
                       base::hint_for(name, option_names(app)));
  }
  const auto commands = command_names(app);
  if (!commands.empty())
    return fmt::format("'{}' has no command {}{}", full_name(app), base::quoted(word),
                       base::hint_for(word, commands));
  return fmt::format("'{}' does not expect {}", full_name(app), base::quoted(word));
}

// CLI11 says "Could not convert: --uses = x".
std::string about_value(const std::string& what) {
  constexpr std::string_view kBegin = "Could not convert: ";
  const auto equals = what.find(" = ");
  if (!what.starts_with(kBegin) || equals == std::string::npos) return what;
  return fmt::format("{}: {} is no number, or too large",
                     what.substr(kBegin.size(), equals - kBegin.size()),
                     base::quoted(what.substr(equals + 3)));
}

}  // namespace

std::optional<std::string> unknown_word(const CLI::App& app) {
  const auto extras = app.remaining(true);
  if (extras.empty()) return std::nullopt;
  const CLI::App& command = reached(app);
  return fmt::format("{}\nSee '{} --help'", about_word(command, extras.front()),
                     full_name(command));
}

std::string usage_error(const CLI::App& app, const CLI::ParseError& error) {
  const CLI::App& command = reached(app);
  const auto extras = app.remaining(true);
  std::string what = without_marks(error.what());
  if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::ConversionError))
    what = about_value(what);
  const bool unknown_word = error.get_exit_code() == static_cast<int>(CLI::ExitCodes::ExtrasError);
  const bool required = error.get_exit_code() == static_cast<int>(CLI::ExitCodes::RequiredError);
  const bool no_command = required && !command_names(command).empty();
  // What is missing may be there with a typing error in it.
  const bool mistyped = required && !extras.empty() && extras.front().starts_with('-');
  if ((unknown_word || no_command || mistyped) && !extras.empty())
    what = about_word(command, extras.front());
  else if (no_command)
    what = fmt::format("'{}' needs a command{}", full_name(command),
                       base::hint_for("", command_names(command)));
  return fmt::format("{}\nSee '{} --help'", what, full_name(command));
}

}  // namespace muster::cli
