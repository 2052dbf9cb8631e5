#include "orchestrator/cli/completion/completion.hpp"

#include <algorithm>
#include <set>

#include "orchestrator/cli/discovery/method.hpp"

namespace muster::cli {
namespace {

// Where the cursor is: after these words, what may come?
struct Place {
  const CommandNode* command;
  std::vector<std::string> positionals;
  const OptionNode* awaiting = nullptr;  // an option whose value comes next
  bool words_only = false;               // behind "--"
};

void take_option(Place& place, const std::string& word) {
  const auto equals = word.find('=');
  const bool long_name = word.starts_with("--");
  const auto name = long_name ? word.substr(0, equals) : word.substr(0, 2);
  const auto* option = place.command->find_option(name);
  const bool has_value = long_name ? equals != std::string::npos : word.size() > 2;
  if (option && option->takes_value() && !has_value) place.awaiting = option;
}

Place place_after(const CommandNode& root, const std::vector<std::string>& words) {
  Place place{&root, {}};
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    const auto& word = words[i];
    if (place.awaiting) {
      place.awaiting = nullptr;
    } else if (!place.words_only && word == "--") {
      place.words_only = true;
    } else if (!place.words_only && word.size() > 1 && word.front() == '-') {
      take_option(place, word);
    } else if (const auto* below = place.command->find(word); below && place.positionals.empty()) {
      place.command = below;
    } else {
      place.positionals.push_back(word);
    }
  }
  return place;
}

std::vector<Suggestion> bare(std::vector<std::string> texts) {
  std::vector<Suggestion> out;
  for (auto& text : texts) out.push_back({std::move(text), ""});
  return out;
}

std::vector<std::string> asked(const std::function<std::vector<std::string>()>& source) {
  return source ? source() : std::vector<std::string>();
}

// "python|bash|ruby"
std::vector<std::string> choices_in(const std::string& type) {
  if (type.find('|') == std::string::npos) return {};
  std::vector<std::string> choices(1);
  for (const char c : type) {
    if (c == '|')
      choices.emplace_back();
    else if (c >= 'a' && c <= 'z')
      choices.back() += c;
    else
      return {};
  }
  return choices;
}

std::optional<ddl::Agent> agent_of(const Place& place, const CompletionSources& sources) {
  if (place.positionals.empty() || !sources.agent) return std::nullopt;
  return sources.agent(place.positionals.front());
}

std::vector<Suggestion> actions(const Place& place, const CompletionSources& sources) {
  std::vector<Suggestion> out;
  if (const auto agent = agent_of(place, sources))
    for (const auto& action : agent->actions) out.push_back({action.name, action.description});
  return out;
}

std::vector<Suggestion> values_of_input(const ddl::Input& input) {
  std::vector<Suggestion> out;
  std::vector<std::string> values = input.list;
  if (input.type == ddl::Type::boolean) values = {"true", "false"};
  for (const auto& value : values) out.push_back({input.name + "=" + value, ""});
  return out;
}

std::vector<Suggestion> inputs(const Place& place, const std::string& typed,
                               const CompletionSources& sources) {
  const auto agent = agent_of(place, sources);
  const auto* action =
      agent && place.positionals.size() > 1 ? agent->find(place.positionals[1]) : nullptr;
  std::vector<Suggestion> out;
  if (!action) return out;
  const auto equals = typed.find('=');
  for (const auto& input : action->inputs) {
    const bool given =
        std::any_of(place.positionals.begin() + 2, place.positionals.end(),
                    [&](const std::string& word) { return word.starts_with(input.name + "="); });
    if (equals != std::string::npos && typed.substr(0, equals) == input.name)
      return values_of_input(input);
    if (equals == std::string::npos && !given) out.push_back({input.name + "=", input.description});
  }
  return out;
}

// A filter's fact: its name; what it is compared with is the operator's to say.
std::vector<Suggestion> filter_facts(const std::string& typed, const CompletionSources& sources) {
  if (typed.find_first_of("=<>!~") != std::string::npos) return {};
  std::vector<Suggestion> out;
  for (auto& fact : asked(sources.facts)) out.push_back({fact + "=", ""});
  return out;
}

// What an option or a positional of this type takes.
Completion values(const OptionNode& option, const Place& place, const std::string& typed,
                  const CompletionSources& sources) {
  const auto& type = option.type;
  const bool positional = option.names.empty();
  if (type == "FILE" || type == "FILE …" || type == "[FILE]" || type == "DIR") return {{}, true};
  if (type == "NODE") return {bare(asked(sources.identities))};
  if (type == "AGENT") return {bare(asked(sources.agents))};
  if (type == "CLASS") return {bare(asked(sources.classes))};
  if (type == "METHOD") return {bare(method_names())};
  if (type == "PLUGIN" || type == "FILE|PLUGIN")
    return {bare(asked(sources.plugins)), type != "PLUGIN"};
  if (type == "ACTION") return {actions(place, sources)};
  if (type == "KEY=VALUE" && positional) return {inputs(place, typed, sources)};
  if (type == "FACT" && positional) return {bare(asked(sources.facts))};
  if (type == "FACT") return {filter_facts(typed, sources)};
  return {bare(choices_in(type))};
}

Completion options(const Place& place) {
  Completion completion;
  for (const auto& option : place.command->options)
    for (const auto& name : option.names)
      if (name.size() > 2 || option.names.size() == 1) {
        completion.suggestions.push_back({name, option.help});
        break;  // other names are there for who knows them
      }
  return completion;
}

Completion words(const Place& place, const std::string& typed, const CompletionSources& sources) {
  Completion completion;
  const auto& positionals = place.command->positionals;
  std::size_t at = place.positionals.size();
  if (at >= positionals.size() && !positionals.empty() && positionals.back().repeated)
    at = positionals.size() - 1;
  if (at < positionals.size()) completion = values(positionals[at], place, typed, sources);
  if (place.positionals.empty())
    for (const auto& command : place.command->commands)
      completion.suggestions.push_back({command.name, command.help});
  std::sort(completion.suggestions.begin(), completion.suggestions.end(),
            [](const auto& a, const auto& b) { return a.text < b.text; });
  return completion;
}

// "--timeout=5": the value begins behind the sign.
Completion value_in_word(const Place& place, const std::string& typed,
                         const CompletionSources& sources) {
  const auto equals = typed.find('=');
  const auto* option = place.command->find_option(typed.substr(0, equals));
  if (!option || !option->takes_value()) return {};
  auto completion = values(*option, place, typed.substr(equals + 1), sources);
  for (auto& suggestion : completion.suggestions)
    suggestion.text = typed.substr(0, equals + 1) + suggestion.text;
  return completion;
}

Completion everything(const Place& place, const std::string& typed,
                      const CompletionSources& sources) {
  if (place.awaiting) {
    auto completion = values(*place.awaiting, place, typed, sources);
    std::sort(completion.suggestions.begin(), completion.suggestions.end(),
              [](const auto& a, const auto& b) { return a.text < b.text; });
    return completion;
  }
  if (place.words_only || !typed.starts_with('-')) return words(place, typed, sources);
  if (typed.starts_with("--") && typed.find('=') != std::string::npos)
    return value_in_word(place, typed, sources);
  return options(place);
}

}  // namespace

Completion complete(const CommandNode& root, const std::vector<std::string>& words,
                    const CompletionSources& sources) {
  if (words.empty()) return {};
  auto completion = everything(place_after(root, words), words.back(), sources);
  std::set<std::string> seen;
  std::vector<Suggestion> fitting;
  for (auto& suggestion : completion.suggestions) {
    if (fitting.size() == kSuggestionsMax) break;
    if (suggestion.text.starts_with(words.back()) && seen.insert(suggestion.text).second)
      fitting.push_back(std::move(suggestion));
  }
  completion.suggestions = std::move(fitting);
  return completion;
}

}  // namespace muster::cli
