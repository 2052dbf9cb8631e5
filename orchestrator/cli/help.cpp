#include "orchestrator/cli/help.hpp"

#include <sstream>

#include "orchestrator/cli/render/text.hpp"

namespace muster::cli {
namespace {

constexpr std::size_t kColumns = 80;
constexpr std::size_t kHelpColumn = 30;  // where descriptions begin

std::string entry(const std::string& name, const std::string& text) {
  std::string out = "  " + name;
  std::size_t column = render::width(out);
  const auto new_line = [&] {
    out += "\n";
    column = 0;
  };
  if (column + 2 > kHelpColumn) new_line();
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    if (column > kHelpColumn && column + 1 + render::width(word) > kColumns) new_line();
    const std::size_t space = column < kHelpColumn ? kHelpColumn - column : 1;
    out += std::string(space, ' ') + word;
    column += space + render::width(word);
  }
  return out + "\n";
}

// "N:INT in [1 - 600]" is a name and a check; the check speaks up when it is broken.
std::string type_of(const CLI::Option& option) {
  if (option.get_type_size() == 0) return "";  // a flag
  const auto name = option.get_type_name();
  return name.substr(0, name.find(':'));
}

// A list's is in brackets.
std::string preset_of(const CLI::Option& option) {
  const auto text = option.get_default_str();
  const bool list = text.size() >= 2 && text.front() == '[' && text.back() == ']';
  return list ? text.substr(1, text.size() - 2) : text;
}

// "-F, --with-fact": the first of each kind; others are there for who knows them.
std::string names_of(const CLI::Option& option) {
  std::string names;
  if (!option.get_snames().empty()) names = "-" + option.get_snames().front();
  if (option.get_lnames().empty()) return names;
  return names + (names.empty() ? "--" : ", --") + option.get_lnames().front();
}

}  // namespace

std::string HelpFormatter::make_help(const CLI::App* app, std::string name,
                                     CLI::AppFormatMode mode) const {
  const auto text = CLI::Formatter::make_help(app, std::move(name), mode);
  return CLI::detail::find_and_replace(text, "\n\n\n", "\n\n");
}

std::string HelpFormatter::make_option(const CLI::Option* option, bool is_positional) const {
  const auto type = type_of(*option);
  auto text = option->get_description();
  if (const auto preset = preset_of(*option); !preset.empty()) text += " (" + preset + ")";
  if (is_positional) return entry(type + (option->get_required() ? "" : " …"), text);
  return entry(names_of(*option) + (type.empty() ? "" : " " + type), text);
}

std::string HelpFormatter::make_subcommand(const CLI::App* command) const {
  return entry(command->get_name(), command->get_description());
}

}  // namespace muster::cli
