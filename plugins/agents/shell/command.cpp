#include "plugins/agents/shell/command.hpp"

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>

#include "proto/base/names.hpp"

namespace muster::plugins::shell {
namespace {

std::string text_or_empty(const Value& inputs, const char* name) {
  const auto found = inputs.find(name);
  return found != inputs.end() && found->is_string() ? found->get<std::string>() : "";
}

bool has_nul(const std::string& text) {
  return text.find('\0') != std::string::npos;
}

Status check_words(const std::vector<std::string>& argv) {
  std::size_t bytes = 0;
  for (const auto& word : argv) {
    if (has_nul(word)) return fail(Errc::invalid_data, "a word of the command has a NUL byte");
    bytes += word.size();
  }
  if (argv.empty() || argv.front().empty())
    return fail(Errc::invalid_data, "the command is empty; name a program");
  if (argv.size() > kWordsMax || bytes > kWordsMaxBytes)
    return fail(Errc::limit, fmt::format("the command has {} words of {} bytes; the limits are {} "
                                         "and {}",
                                         argv.size(), bytes, kWordsMax, kWordsMaxBytes));
  return {};
}

bool is_variable_name(const std::string& name) {
  return !name.empty() && std::isdigit(static_cast<unsigned char>(name.front())) == 0 &&
         std::all_of(name.begin(), name.end(), [](unsigned char c) {
           return c == '_' || (c < 0x80 && std::isalnum(c) != 0);
         });
}

Result<std::map<std::string, std::string>> environment_of(const Value& inputs) {
  std::map<std::string, std::string> variables;
  const auto given = inputs.find("environment");
  if (given == inputs.end() || given->is_null()) return variables;
  for (const auto& [name, value] : given->items()) {
    if (!is_variable_name(name))
      return fail(Errc::invalid_data,
                  fmt::format("{} is no name of an environment variable: letters, digits and '_'",
                              base::quoted(name)));
    if (value.is_structured() || value.is_null())
      return fail(Errc::invalid_data,
                  fmt::format("the environment variable {} must be text", name));
    variables[name] = value.is_string() ? value.get<std::string>() : value.dump();
    if (has_nul(variables[name]))
      return fail(Errc::invalid_data,
                  fmt::format("the environment variable {} has a NUL byte", name));
  }
  if (variables.size() > kVariablesMax)
    return fail(Errc::limit, fmt::format("{} environment variables; the limit is {}",
                                         variables.size(), kVariablesMax));
  return variables;
}

constexpr const char* kUserPath = "/usr/local/bin:/usr/bin:/bin";
constexpr const char* kCarried = "MUSTER_VARIABLE_";

// The caller's variables must not reach setpriv, which still is root: LD_PRELOAD would make whoever
// may run as `nobody` root. They travel under names that mean nothing to anybody, and a shell that
// is the user already gives them theirs. The names are letters, digits and '_', as was checked.
void carry_variables(Command& command) {
  std::string script;
  std::map<std::string, std::string> carried;
  for (auto& [name, value] : command.environment) {
    script += fmt::format("export {0}=\"${1}{0}\"; unset {1}{0}; ", name, kCarried);
    carried[kCarried + name] = std::move(value);
  }
  command.environment = std::move(carried);
  std::vector<std::string> argv{"/bin/sh", "-c", script + "exec \"$@\"", "sh"};
  argv.insert(argv.end(), command.argv.begin(), command.argv.end());
  command.argv = std::move(argv);
}

// Like sudo: the environment says who one has become.
Status become(const std::string& user, Command& command) {
  std::vector<char> buffer(16384);
  passwd entry{};
  passwd* found = nullptr;
  ::getpwnam_r(user.c_str(), &entry, buffer.data(), buffer.size(), &found);
  if (found == nullptr)
    return fail(Errc::not_found, fmt::format("there is no user {} here", base::quoted(user)));
  for (const auto& [name, value] :
       {std::pair{"HOME", entry.pw_dir}, {"USER", entry.pw_name}, {"LOGNAME", entry.pw_name}})
    command.environment.try_emplace(name, value);
  if (entry.pw_uid != ::geteuid()) {
    command.environment.try_emplace("PATH", kUserPath);
    carry_variables(command);
    if (::geteuid() != 0)
      return fail(Errc::refused,
                  fmt::format("cannot run as {}: this agent runs as user {}, and only root can "
                              "become somebody else",
                              base::quoted(user), ::geteuid()));
    std::vector<std::string> argv{"/usr/bin/setpriv",
                                  "--reuid",
                                  std::to_string(entry.pw_uid),
                                  "--regid",
                                  std::to_string(entry.pw_gid),
                                  "--init-groups",
                                  "--"};
    argv.insert(argv.end(), command.argv.begin(), command.argv.end());
    command.argv = std::move(argv);
    // What setpriv itself gets, and what run_child() would else take from this agent.
    command.environment["PATH"] = kUserPath;
    command.environment["HOME"] = "/";
  }
  return {};
}

bool plain(const std::string& word) {
  constexpr std::string_view kPlain = "_-./:=,@%+";
  return !word.empty() && std::all_of(word.begin(), word.end(), [&](unsigned char c) {
    return (c < 0x80 && std::isalnum(c) != 0) ||
           kPlain.find(static_cast<char>(c)) != std::string_view::npos;
  });
}

}  // namespace

Result<Command> command_of(std::vector<std::string> argv, const Value& inputs) {
  MUSTER_TRY(check_words(argv));
  Command command;
  command.argv = std::move(argv);
  MUSTER_ASSIGN(command.environment, environment_of(inputs));
  command.working_folder = text_or_empty(inputs, "cwd");
  std::error_code ignored;
  if (command.working_folder.empty()) command.working_folder = "/";
  if (!std::filesystem::is_directory(command.working_folder, ignored))
    return fail(Errc::not_found, fmt::format("there is no folder {} to run in",
                                             base::quoted(command.working_folder.string())));
  if (const auto user = text_or_empty(inputs, "user"); !user.empty())
    MUSTER_TRY(become(user, command));
  return command;
}

std::string printed(const std::vector<std::string>& argv) {
  std::string line;
  for (const auto& word : argv) {
    if (!line.empty()) line += ' ';
    if (plain(word)) {
      line += word;
      continue;
    }
    line += '\'';
    for (const char c : word) line += c == '\'' ? std::string("'\\''") : std::string(1, c);
    line += '\'';
  }
  return line;
}

}  // namespace muster::plugins::shell
