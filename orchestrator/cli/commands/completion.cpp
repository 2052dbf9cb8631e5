#include "orchestrator/cli/completion/completion.hpp"

#include <algorithm>
#include <optional>

#include "orchestrator/cli/commands/tools.hpp"
#include "orchestrator/cli/completion/presence.hpp"
#include "orchestrator/cli/completion/scripts.hpp"
#include "orchestrator/cli/ddl_library.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/render/text.hpp"
#include "proto/base/names.hpp"
#include "proto/base/nearest.hpp"

namespace muster::cli {
namespace {

Result<ExitCode> print_script(const std::string& shell) {
  if (shell == "bash")
    print(bash_script());
  else if (shell == "zsh")
    print(zsh_script());
  else
    return fail(Errc::config, "there is no completion for " + base::quoted(shell) +
                                  base::hint_for(shell, {"bash", "zsh"}));
  return ExitCode::ok;
}

// The value of -c among the words, so that names come from the right bus.
std::filesystem::path config_in(const std::vector<std::string>& words) {
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    if (words[i] == "-c" || words[i] == "--config") return words[i + 1];
    if (words[i].starts_with("--config=")) return words[i].substr(words[i].find('=') + 1);
  }
  return {};
}

// With its kind, and alone: of two kinds the agent is meant.
std::vector<std::string> plugin_names(const DdlLibrary& library) {
  std::vector<std::string> names;
  for (const auto& plugin : library.plugins()) {
    names.push_back(std::string(name_of(plugin.kind)) + "/" + plugin.name);
    names.push_back(plugin.name);
  }
  return names;
}

// Presence is asked once, and only when a name is wanted.
CompletionSources live_sources(const std::filesystem::path& config) {
  const auto library = std::make_shared<DdlLibrary>(user_ddl_folders());
  const auto names = std::make_shared<std::optional<NamesOnline>>();
  const auto online = [names, config]() -> const NamesOnline& {
    if (!*names) *names = names_online(config);
    return **names;
  };
  CompletionSources sources;
  sources.agents = [library] { return library->names(); };
  sources.agent = [library](const std::string& name) -> std::optional<ddl::Agent> {
    auto agent = library->find(name);
    return agent ? std::optional(std::move(*agent)) : std::nullopt;
  };
  sources.plugins = [library] { return plugin_names(*library); };
  sources.identities = [online] { return online().identities; };
  sources.facts = [online] { return online().facts; };
  sources.classes = [online] { return online().classes; };
  return sources;
}

// "words", "joined" (no blank behind it: a value follows) or "files", then a suggestion a line.
std::string answer_text(const Completion& completion, const std::string& typed,
                        const std::optional<std::string>& bash_breaks) {
  const auto& all = completion.suggestions;
  const bool joined = !all.empty() && std::all_of(all.begin(), all.end(), [](const Suggestion& c) {
    return c.text.ends_with('=');
  });
  std::string out = completion.files ? "files\n" : joined ? "joined\n" : "words\n";
  for (const auto& suggestion : all) {
    if (bash_breaks)
      out += for_bash(render::one_line(suggestion.text), typed, *bash_breaks) + "\n";
    else
      out += render::one_line(suggestion.text) + "\t" + render::one_line(suggestion.help) + "\n";
  }
  return out;
}

}  // namespace

void add_completion(Program& program) {
  const auto shell = std::make_shared<std::string>();
  Command command = add_command(program, program.root(), "completion",
                                "Completion for a shell: source <(muster completion bash)",
                                [shell] { return print_script(*shell); });
  calls_no_node(program, command);
  command.option("shell", *shell, "Which shell").required().type("bash|zsh");
}

int answer_completion(const Program& program, std::vector<std::string> words) {
  std::optional<std::string> breaks;
  if (words.size() >= 2 && words[0] == "--bash") {
    breaks = words[1];
    words.erase(words.begin(), words.begin() + 2);
  }
  if (!words.empty() && words.front() == "--") words.erase(words.begin());
  if (breaks) {
    words = shell_words(words.empty() ? "" : words.front());
    if (!words.empty()) words.erase(words.begin());  // the program
  }
  if (words.empty()) words.emplace_back();
  const auto completion = complete(tree_of(program), words, live_sources(config_in(words)));
  print(answer_text(completion, words.back(), breaks));
  return 0;
}

}  // namespace muster::cli
