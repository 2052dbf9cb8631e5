#include "orchestrator/cli/man/man.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace muster::cli {
namespace {

constexpr std::string_view kExitStatus =
    "0 is every addressed node answered ok; 1 no node was discovered, wrong usage, or an error of "
    "muster's own; 2 everybody answered, but some nodes failed or refused; 3 some or all nodes did "
    "not answer.";

std::string bold(std::string_view text) {
  return "\\fB" + roff(text) + "\\fR";
}

std::string italic(std::string_view text) {
  return "\\fI" + roff(text) + "\\fR";
}

// A sentence ends with a full stop on paper, other than in a list of options.
std::string sentence(std::string text) {
  if (!text.empty() && std::string_view(".!?").find(text.back()) == std::string_view::npos)
    text += '.';
  return roff(text);
}

std::string header(const std::string& name, std::string_view version) {
  std::string upper = name;
  std::transform(upper.begin(), upper.end(), upper.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return fmt::format(".TH {} 1 \"\" \"Muster {}\" \"Muster\"\n", roff(upper), roff(version));
}

std::string option_entry(const OptionNode& option) {
  std::string out = ".TP\n";
  for (std::size_t i = 0; i < option.names.size(); ++i)
    out += (i > 0 ? ", " : "") + bold(option.names[i]);
  if (option.takes_value()) out += " " + italic(option.type);
  auto help = option.help;
  if (!option.preset.empty()) help += fmt::format(" (default {})", option.preset);
  return out + "\n" + sentence(help) + "\n";
}

std::string positional_entry(const OptionNode& positional) {
  return ".TP\n" + italic(positional.type) + "\n" + sentence(positional.help) + "\n";
}

// One line, wrapped by the reader: muster rpc [options] AGENT ACTION [KEY=VALUE ...]
std::string synopsis(const CommandNode& command) {
  std::string out = bold(command.path) + " [" + italic("options") + "]";
  if (!command.commands.empty()) out += " " + italic("COMMAND");
  for (const auto& positional : command.positionals) {
    auto word = italic(positional.type) + (positional.repeated ? " ..." : "");
    out += positional.required ? " " + word : " [" + word + "]";
  }
  return out + "\n";
}

std::vector<std::string> groups_of(const CommandNode& command) {
  std::vector<std::string> groups;
  for (const auto& option : command.options)
    if (std::find(groups.begin(), groups.end(), option.group) == groups.end())
      groups.push_back(option.group);
  return groups;
}

std::string options_of(const CommandNode& command, std::string_view macro) {
  std::string out;
  for (const auto& group : groups_of(command)) {
    const auto title = group == "Options" ? std::string("Options") : group;
    out += fmt::format(".{} {}\n", macro, roff(title));
    for (const auto& option : command.options)
      if (option.group == group) out += option_entry(option);
  }
  return out;
}

// A command below another: its own section of that page.
std::string below(const CommandNode& command) {
  std::string out = ".SH " + roff(command.path) + "\n" + synopsis(command) + ".PP\n" +
                    sentence(command.help) + "\n";
  for (const auto& positional : command.positionals) out += positional_entry(positional);
  if (command.commands.empty()) out += options_of(command, "SS");
  for (const auto& next : command.commands) out += below(next);
  return out;
}

std::string page_of(const CommandNode& command, std::string_view version) {
  std::string out = header("muster-" + command.name, version);
  out += ".SH NAME\n" + roff("muster-" + command.name) + " \\- " + roff(command.help) + "\n";
  out += ".SH SYNOPSIS\n" + synopsis(command);
  if (!command.positionals.empty()) {
    out += ".SH ARGUMENTS\n";
    for (const auto& positional : command.positionals) out += positional_entry(positional);
  }
  if (command.commands.empty()) out += ".SH OPTIONS\n" + options_of(command, "SS");
  for (const auto& next : command.commands) out += below(next);
  out += ".SH EXIT STATUS\n" + roff(kExitStatus) + "\n";
  return out + ".SH SEE ALSO\n" + bold("muster") + "(1)\n";
}

std::string commands_of(const CommandNode& root) {
  std::string out = ".SH COMMANDS\n";
  for (const auto& command : root.commands)
    out += ".TP\n" + bold("muster-" + command.name) + "(1)\n" + sentence(command.help) + "\n";
  return out;
}

std::string see_also(const CommandNode& root) {
  std::string out = ".SH SEE ALSO\n";
  for (const auto& command : root.commands) out += bold("muster-" + command.name) + "(1),\n";
  return out + bold("muster-agent") + "(8),\n" + bold("muster-orchestrator") + "(8)\n";
}

std::string main_page(const CommandNode& root, std::string_view version) {
  std::string out = header("muster", version);
  out += ".SH NAME\nmuster \\- find nodes, call actions on them, watch them become production\n";
  out += ".SH SYNOPSIS\n" + synopsis(root);
  out += ".SH DESCRIPTION\n" + sentence(root.help) + "\n";
  out += commands_of(root) + ".SH OPTIONS\n" + options_of(root, "SS");
  out += ".SH EXIT STATUS\n" + roff(kExitStatus) + "\n";
  out += ".SH ENVIRONMENT\n.TP\n" + bold("MUSTER_CONFIG") + "\nThe configuration, unless " +
         bold("-c") + " names one.\n.TP\n" + bold("NO_COLOR") + "\nNo colour when it is set.\n";
  out += ".SH FILES\n.TP\n" + italic("~/.config/muster/muster.yaml") + "\n.TQ\n" +
         italic("/etc/muster/muster.yaml") + "\nThe configuration.\n.TP\n" +
         italic("~/.config/muster/ddl/") + "\n.TQ\n" + italic("/etc/muster/ddl/") +
         "\nDescriptions of agents of your own; of data plugins in " + italic("data/") +
         " below.\n";
  return out + see_also(root);
}

}  // namespace

std::string roff(std::string_view text) {
  std::string out;
  bool line_begins = true;
  for (const char c : text) {
    if (line_begins && (c == '.' || c == '\'')) out += "\\&";
    if (c == '\\')
      out += "\\e";
    else if (c == '-')
      out += "\\-";
    else if (c == '\'')
      out += "\\(aq";
    else if (c == '~')
      out += "\\(ti";
    else if (c == '^')
      out += "\\(ha";
    else if (c == '`')
      out += "\\(ga";
    else if (c == '"')
      out += "\\(dq";
    else
      out += c;
    line_begins = c == '\n';
  }
  // Characters beyond ASCII that help texts use.
  for (const auto& [from, to] : {std::pair{"…", "..."}, std::pair{"–", "\\(en"}})
    for (auto at = out.find(from); at != std::string::npos; at = out.find(from))
      out.replace(at, std::string_view(from).size(), to);
  return out;
}

std::vector<ManPage> man_pages(const CommandNode& root, std::string_view version) {
  std::vector<ManPage> pages{{"muster.1", main_page(root, version)}};
  for (const auto& command : root.commands)
    pages.push_back({"muster-" + command.name + ".1", page_of(command, version)});
  return pages;
}

}  // namespace muster::cli
